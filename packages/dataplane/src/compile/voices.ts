import {
  type Atom,
  atomFacts,
  type Cluster,
  type ClusterPod,
  createDecisions,
  type Direction,
  type DirectionFunctions,
  type Family,
  type PeerFacts,
  podFacts,
  type PolicyRef,
  type PortFunction,
  type PortNames,
  type PortSet,
  portSetKey,
} from '@ringfence/core';

/**
 * What the pods of this node that are under the same policies say of peers in one direction. Rows
 * are worked out once for a voice, and written for each of its pods.
 */
export interface Voice {
  readonly index: number;
  readonly direction: Direction;
  readonly policies: readonly PolicyRef[];
  /** INVARIANT: never empty; by namespace and name. */
  readonly pods: readonly ClusterPod[];
  /** By family, what holds for peers that are not told apart. */
  readonly anyPod: Readonly<Record<Family, Said>>;
  readonly anyOutside: Readonly<Record<Family, Said>>;
  /** What one of its pods may send itself through a Service. */
  itself(pod: ClusterPod, family: Family): Said;
  /** Ids of the sets by which it tells peers apart: those that hold every pod are left out. */
  readonly sets: ReadonlySet<number>;
  /** Whether it tells pods apart by the names of their ports, and addresses by their nodes. */
  readonly byNames: boolean;
  readonly byNodes: boolean;
  /** What it says of a peer; equal ports of all voices are one object. */
  says(facts: PeerFacts, names: PortNames | undefined): Said;
}

/** What is allowed, and how to find out why. */
export interface Said {
  readonly ports: PortSet;
  readonly why: () => PortFunction;
}

/** Finds the voices of a node's pods; pods that no policy decides about have none. */
export function voicesOf(
  cluster: Cluster,
  pods: readonly ClusterPod[],
  atoms: Readonly<Record<Family, readonly Atom[]>>,
): readonly Voice[] {
  const decisions = createDecisions();
  const universal = universalSets(cluster);
  const intern = internPorts();
  const voices: Voice[] = [];
  for (const direction of ['egress', 'ingress'] as const) {
    const groups = new Map<string, { pods: ClusterPod[]; functions: DirectionFunctions }>();
    for (const pod of pods) {
      const functions = decisions(pod.class.subject, direction);
      if (!functions.decides) continue;
      const names = direction === 'ingress' || functions.names ? pod.class.portNames.key : '';
      const key = `${pod.class.subject.key}|${names}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { pods: [pod], functions });
      else group.pods.push(pod);
    }
    for (const group of groups.values()) {
      const index = voices.length;
      voices.push(voiceOf({ ...group, index, direction, atoms, universal, intern }));
    }
  }
  return voices;
}

function voiceOf(of: {
  readonly index: number;
  readonly direction: Direction;
  readonly pods: readonly ClusterPod[];
  readonly functions: DirectionFunctions;
  readonly atoms: Readonly<Record<Family, readonly Atom[]>>;
  readonly universal: ReadonlySet<number>;
  readonly intern: (ports: PortSet) => PortSet;
}): Voice {
  const { index, direction, pods, functions, universal, intern } = of;
  // To rules that speak of no blocks one address is like another.
  const { IPv4, IPv6 } = of.atoms;
  const atoms = functions.addresses ? of.atoms : { IPv4: IPv4.slice(0, 1), IPv6: IPv6.slice(0, 1) };
  const [first] = pods;
  if (first === undefined) throw new Error('a voice has pods');
  const { portNames, subject } = first.class;
  const own = direction === 'ingress' ? portNames : undefined;
  const says = (facts: PeerFacts, names: PortNames | undefined): Said => ({
    ports: intern(functions.allowance(facts, own ?? names).allowed),
    why: () => functions.of(facts, own ?? names),
  });
  const sets = new Set([...functions.sets].filter((id) => !universal.has(id)));
  const general = [...functions.sets].filter((id) => universal.has(id)).sort(byNumber);
  const anyPod = (family: Family): Said => {
    const atom = ordinaryAtom(atoms[family], sets);
    const inside = [...general, ...atom.sets].sort(byNumber);
    return says({ sets: inside, address: atom.address, nodes: [] }, undefined);
  };
  const anyOutside = (family: Family): Said => mostSaid(atoms[family], sets, says);
  return {
    index,
    direction,
    policies: subject.policies
      .filter(({ [direction]: { isolates, rules } }) => isolates || rules.length > 0)
      .map(({ ref }) => ref)
      .sort(byRef),
    pods,
    anyPod: { IPv4: anyPod('IPv4'), IPv6: anyPod('IPv6') },
    anyOutside: { IPv4: anyOutside('IPv4'), IPv6: anyOutside('IPv6') },
    itself(pod, family) {
      const facts = podFacts(pod, family);
      if (facts === undefined) throw new Error(`${pod.object.name} has no address in ${family}`);
      const decided = functions.throughService(facts, portNames);
      return { ports: intern(decided.allowed), why: () => decided };
    },
    sets,
    byNames: direction === 'egress' && functions.names,
    byNodes: functions.nodes,
    says,
  };
}

/** The sets that hold every pod: what is said of them is said of any pod. */
function universalSets(cluster: Cluster): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const { sets } of cluster.classes()) {
    for (const set of sets) {
      if (set.kind !== 'selected' || set.pods.length > 0) continue;
      const { scope } = set;
      if (scope.kind === 'selected' && scope.namespaces.length === 0) ids.add(set.id);
    }
  }
  return ids;
}

/** Addresses that are in none of the sets' blocks, or in as few as there can be. */
function ordinaryAtom(atoms: readonly Atom[], sets: ReadonlySet<number>): Atom {
  let best: Atom | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const atom of atoms) {
    const inside = atom.sets.filter((id) => sets.has(id)).length;
    if (inside >= fewest) continue;
    [best, fewest] = [atom, inside];
    if (inside === 0) break;
  }
  if (best === undefined) throw new Error('every family has addresses');
  return best;
}

/** What is said of most addresses. */
function mostSaid(atoms: readonly Atom[], sets: ReadonlySet<number>, says: Voice['says']): Said {
  const sizes = new Map<PortSet, { said: Said; size: number }>();
  const known = new Map<string, Said>();
  for (const atom of atoms) {
    const seen = atom.sets.filter((id) => sets.has(id)).join();
    const said = known.get(seen) ?? says(atomFacts(atom), undefined);
    known.set(seen, said);
    const entry = sizes.get(said.ports) ?? { said, size: 0 };
    entry.size += sizeOf(atom);
    sizes.set(said.ports, entry);
  }
  let most: { said: Said; size: number } | undefined;
  for (const entry of sizes.values())
    if (most === undefined || entry.size > most.size) most = entry;
  if (most === undefined) throw new Error('every family has addresses');
  return most.said;
}

function sizeOf({ ranges }: Atom): number {
  return ranges.reduce((sum, { first, last }) => sum + Number(last) - Number(first) + 1, 0);
}

function internPorts(): (ports: PortSet) => PortSet {
  const known = new Map<string, PortSet>();
  const seen = new Map<PortSet, PortSet>();
  return (ports) => {
    const before = seen.get(ports);
    if (before !== undefined) return before;
    const key = portSetKey(ports);
    const one = known.get(key) ?? ports;
    known.set(key, one);
    seen.set(ports, one);
    return one;
  };
}

function byNumber(left: number, right: number): number {
  return left - right;
}

function byRef(left: PolicyRef, right: PolicyRef): number {
  const [one, other] = [policyText(left), policyText(right)];
  return one < other ? -1 : Number(one > other);
}

/** Names a policy as people do. */
export function policyText({ kind, namespace, name }: PolicyRef): string {
  return kind === 'NetworkPolicy' ? `${namespace}/${name}` : `${kind} ${name}`;
}
