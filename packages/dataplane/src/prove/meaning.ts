import {
  atomsOf,
  atomFacts,
  type Atom,
  type Cluster,
  type ClusterPod,
  createDecisions,
  type Direction,
  type DirectionFunctions,
  type Family,
  type IpAddress,
  type PeerFacts,
  podFacts,
  type PodClass,
  type PortFunction,
  type PortNames,
  type PortSet,
} from '@ringfence/core';

/** What policies mean for the pods of one class in one direction, in one family. */
export interface Meaning {
  readonly direction: Direction;
  /** Whether any policy decides; where none does, everything is allowed. */
  readonly decides: boolean;
  readonly functions: DirectionFunctions;
  /** The addresses of the family, cut by the blocks of which its policies speak. */
  readonly atoms: readonly Atom[];
  /** The classes of peers that its policies may tell from most others. */
  readonly special: ReadonlySet<PodClass>;
  ofClass(peer: PodClass, pod: ClusterPod): PortSet;
  ofOutside(facts: PeerFacts): PortSet;
  /** What it may send itself through a Service. */
  ofItself(pod: ClusterPod): PortFunction;
  /** Why: the whole function, for an answer that was found wrong. */
  whyClass(pod: ClusterPod): PortFunction;
  whyOutside(facts: PeerFacts): PortFunction;
  /** How many functions were asked for. */
  count(): number;
}

/** Says what policies mean for pods, each class once. */
export type Meanings = (pod: ClusterPod, direction: Direction, family: Family) => Meaning;

/** Prepares to say what a cluster's policies mean; to be used before its next change. */
export function meaningsOf(
  cluster: Cluster,
  classes: readonly PodClass[],
): {
  readonly of: Meanings;
  readonly all: () => Iterable<Meaning>;
} {
  const decisions = createDecisions();
  const known = new Map<DirectionFunctions, Map<string, Meaning>>();
  const all: Meaning[] = [];
  const named = classes.filter(({ portNames }) => portNames.at.size > 0);
  return {
    of(pod, direction, family) {
      const { subject, portNames } = pod.class;
      const functions = decisions(subject, direction);
      const ofFunctions = known.get(functions) ?? new Map<string, Meaning>();
      known.set(functions, ofFunctions);
      const key = `${family} ${direction === 'ingress' ? portNames.key : ''}`;
      const before = ofFunctions.get(key);
      if (before !== undefined) return before;
      const made = meaningOf({ cluster, classes, named, functions, direction, family, portNames });
      ofFunctions.set(key, made);
      all.push(made);
      return made;
    },
    all: () => all,
  };
}

interface Making {
  readonly cluster: Cluster;
  readonly classes: readonly PodClass[];
  /** Those that have names for ports. */
  readonly named: readonly PodClass[];
  readonly functions: DirectionFunctions;
  readonly direction: Direction;
  readonly family: Family;
  readonly portNames: PortNames;
}

function meaningOf(of: Making): Meaning {
  const { functions, direction, family, portNames } = of;
  // The names that count are those of the destination.
  const namesOf = (peer: PodClass): PortNames =>
    direction === 'ingress' ? portNames : peer.portNames;
  const outsideNames = direction === 'ingress' ? portNames : undefined;
  const known = new Map<PodClass, PortSet>();
  let count = 0;
  return {
    direction,
    decides: functions.decides,
    functions,
    atoms: atomsOf(functions.blocks).filter(({ address }) => address.family === family),
    special: specialClasses(of),
    ofClass(peer, pod) {
      const before = known.get(peer);
      if (before !== undefined) return before;
      count += 1;
      const { allowed } = functions.allowance(factsOf(pod, family), namesOf(peer));
      known.set(peer, allowed);
      return allowed;
    },
    ofOutside(facts) {
      count += 1;
      return functions.allowance(facts, outsideNames).allowed;
    },
    ofItself: (pod) => functions.throughService(factsOf(pod, family), pod.class.portNames),
    whyClass: (pod) => functions.of(factsOf(pod, family), namesOf(pod.class)),
    whyOutside: (facts) => functions.of(facts, outsideNames),
    count: () => count,
  };
}

function factsOf(pod: ClusterPod, family: Family): PeerFacts {
  const facts = podFacts(pod, family);
  if (facts === undefined) throw new Error(`${pod.object.name} has an address of ${family}`);
  return facts;
}

/**
 * The classes that are not in the same sets as most are. Rules look at peers by these sets, and by
 * names of ports, alone: of all others the same is meant.
 */
function specialClasses({
  cluster,
  classes,
  named,
  functions,
  direction,
}: Making): ReadonlySet<PodClass> {
  const special = new Set<PodClass>(functions.names && direction === 'egress' ? named : []);
  for (const id of functions.sets) {
    const inside = cluster.setWithId(id)?.classes ?? new Set();
    if (inside.size * 2 <= classes.length) for (const each of inside) special.add(each);
    else for (const each of classes) if (!inside.has(each)) special.add(each);
  }
  return special;
}

/** What rules see of an address that is no pod's. */
export function outsideFacts(
  cluster: Cluster,
  { atoms, functions }: Meaning,
  address: IpAddress,
): PeerFacts {
  const atom = atoms.find(({ ranges }) =>
    ranges.some(({ first, last }) => first <= address.value && address.value <= last),
  );
  if (atom === undefined) throw new Error('every address is in an atom');
  const nodes = functions.nodes
    ? cluster.nodeNamesAt(address).flatMap((name) => cluster.node(name) ?? [])
    : [];
  return { ...atomFacts(atom), address, nodes };
}
