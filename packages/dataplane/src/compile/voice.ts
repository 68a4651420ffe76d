import {
  type AddressSet,
  type Atom,
  atomFacts,
  atomsOf,
  type Cluster,
  type ClusterPod,
  createDecisions,
  type Direction,
  FAMILIES,
  type Family,
  type PeerFacts,
  podFacts,
  type PolicyRef,
  type PortNames,
  portSetKey,
  type SubjectClass,
} from '@ringfence/core';
import { ANY_OUTSIDE, ANY_POD } from '../ruleset/numbers.ts';
import type { CompileOptions } from './options.ts';
import { policyText } from './policy-text.ts';
import { rowsFromNothing } from './rows.ts';
import type { Said } from './said.ts';
import { createVoiceRows, explained, type VoiceRows } from './voice-rows.ts';

/**
 * What the pods of this node that are under the same policies say of peers in one direction. Rows
 * are worked out once for a voice, and written for each of its pods.
 */
export interface Voice {
  /** No two voices ever have the same. */
  readonly index: number;
  readonly direction: Direction;
  readonly policies: readonly PolicyRef[];
  /** By family, what holds for peers that are not told apart. */
  readonly general: Readonly<Record<Family, Readonly<Record<PeerKind, Said>>>>;
  /** Ids of the sets by which it tells peers apart: those that hold every pod are left out. */
  readonly sets: ReadonlySet<number>;
  readonly blocks: ReadonlySet<AddressSet>;
  /** Whether it tells pods apart by the names of their ports, and addresses by their nodes. */
  readonly byNames: boolean;
  readonly byNodes: boolean;
  /** Whether it says the same of a pod in both families: in the sets of pods it is in both. */
  readonly bySetsAlone: boolean;
  /**
   * Whether addresses in none of its blocks must be asked about, too: what is said of most addresses
   * is not what is said of those.
   */
  readonly asksAll: Readonly<Record<Family, boolean>>;
  readonly rows: VoiceRows;
  /** What it says of a peer. */
  says(facts: PeerFacts, names: PortNames | undefined): Said;
  /** What one of its pods may send itself through a Service. */
  itself(pod: ClusterPod, family: Family): Said;
}

export type PeerKind = 'pod' | 'outside';

/** Whose voice it is. */
export interface Speaker {
  readonly direction: Direction;
  readonly subject: SubjectClass;
  readonly portNames: PortNames;
}

/** Makes the voice of a subject; `undefined` where no policy decides. */
export function voiceOf(
  cluster: Cluster,
  { direction, subject, portNames }: Speaker,
  options: CompileOptions,
  index: number,
): Voice | undefined {
  const functions = createDecisions()(subject, direction);
  if (!functions.decides) return undefined;
  const own = direction === 'ingress' ? portNames : undefined;
  const says = (facts: PeerFacts, names: PortNames | undefined): Said => {
    const ports = functions.allowance(facts, own ?? names).allowed;
    return { ports, key: portSetKey(ports), why: () => functions.of(facts, own ?? names) };
  };
  const everyPod = [...functions.sets].filter((id) => holdsEveryPod(cluster, id)).sort(byNumber);
  const sets = new Set([...functions.sets].filter((id) => !everyPod.includes(id)));
  const atoms = atomsOf(functions.blocks);
  const general = generalOf({ atoms, sets, everyPod, says });
  const rows = createVoiceRows();
  for (const family of FAMILIES) {
    const { pod, outside } = general[family];
    rows.put(family, ANY_POD, explained(rowsFromNothing(pod.ports), pod, options));
    rows.put(family, ANY_OUTSIDE, explained(rowsFromNothing(outside.ports), outside, options));
  }
  rows.settle();
  const asksAllIn = (family: Family): boolean => {
    const plain = atoms.find((atom) => atom.address.family === family && atom.sets.length === 0);
    return (
      plain !== undefined && says(atomFacts(plain), undefined).key !== general[family].outside.key
    );
  };
  return {
    index,
    direction,
    policies: subject.policies
      .filter(({ [direction]: { isolates, rules: all } }) => isolates || all.length > 0)
      .map(({ ref }) => ref)
      .sort(byRef),
    general,
    sets,
    blocks: functions.blocks,
    byNames: direction === 'egress' && functions.names,
    byNodes: functions.nodes,
    bySetsAlone: functions.blocks.size === 0 && !functions.nodes,
    asksAll: { IPv4: asksAllIn('IPv4'), IPv6: asksAllIn('IPv6') },
    rows,
    says,
    itself(pod, family) {
      const facts = podFacts(pod, family);
      if (facts === undefined) throw new Error(`${pod.object.name} has no address in ${family}`);
      const decided = functions.throughService(facts, portNames);
      return { ports: decided.allowed, key: portSetKey(decided.allowed), why: () => decided };
    },
  };
}

/** A set that holds every pod whatever pods there are: what is said of it is said of any pod. */
function holdsEveryPod(cluster: Cluster, id: number): boolean {
  const set = cluster.setWithId(id);
  if (set?.kind !== 'selected' || set.pods.length > 0) return false;
  return set.scope.kind === 'selected' && set.scope.namespaces.length === 0;
}

function generalOf(of: {
  readonly atoms: readonly Atom[];
  readonly sets: ReadonlySet<number>;
  readonly everyPod: readonly number[];
  readonly says: Voice['says'];
}): Voice['general'] {
  const { atoms, sets, everyPod, says } = of;
  const inFamily = (family: Family): Voice['general'][Family] => {
    const those = atoms.filter(({ address }) => address.family === family);
    const ordinary = ordinaryAtom(those, sets);
    const inside = [...everyPod, ...ordinary.sets].sort(byNumber);
    return {
      pod: says({ sets: inside, address: ordinary.address, nodes: [] }, undefined),
      outside: mostSaid(those, says),
    };
  };
  return { IPv4: inFamily('IPv4'), IPv6: inFamily('IPv6') };
}

/** An address in none of the sets' blocks, or in as few as there can be. */
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
function mostSaid(atoms: readonly Atom[], says: Voice['says']): Said {
  const sizes = new Map<string, { said: Said; size: number }>();
  for (const atom of atoms) {
    const said = says(atomFacts(atom), undefined);
    const entry = sizes.get(said.key) ?? { said, size: 0 };
    entry.size += sizeOf(atom);
    sizes.set(said.key, entry);
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

function byNumber(left: number, right: number): number {
  return left - right;
}

function byRef(left: PolicyRef, right: PolicyRef): number {
  const [one, other] = [policyText(left), policyText(right)];
  return one < other ? -1 : Number(one > other);
}
