import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterDelta } from '../cluster/cluster-delta.ts';
import type { AddressSet, PeerFacts } from '../cluster/compiled.ts';
import type { PodClass } from '../cluster/model.ts';
import type { Direction } from '../policy/policy.ts';
import { FAMILIES, type Family } from '../sets/address.ts';
import { fewestCidrs } from '../sets/cidr-cover.ts';
import { createAllowances } from './allowance.ts';
import { type Atom, atomsOf } from './atoms.ts';
import { type DirectionFunctions, directionFunctions } from './direction-functions.ts';
import { createPortFunctions, type PortFunction } from './port-function.ts';
import { atomFacts } from './profiles.ts';
import type { OutsidePeer } from './reach.ts';

/** A port function that a change made another one. Equal functions of one answer are one object. */
export interface FunctionDelta {
  readonly subject: PodClass;
  readonly direction: Direction;
  /** A class that was there before and after, or addresses outside the cluster. */
  readonly peer: PodsPeer | OutsidePeer;
  readonly family: Family;
  readonly before: PortFunction;
  readonly after: PortFunction;
}

export interface PodsPeer {
  readonly kind: 'pods';
  readonly class: PodClass;
}

/**
 * Finds every port function that a change made another one: of the classes that were there before
 * and after, towards each other and towards the outside. What is said by and of classes that
 * appeared is all new, and what was said of those that vanished is gone.
 *
 * The work grows with the classes to which other policies apply now, times all classes; each delta
 * is found when it is asked for. To be read before the next change is applied.
 */
export function* functionDeltas(cluster: Cluster, delta: ClusterDelta): Iterable<FunctionDelta> {
  if (delta.rules.length === 0) return;
  const functions = createPortFunctions(createAllowances().internPorts);
  const news = new Set(delta.appeared.map((appeared) => appeared.class));
  const peers = [...cluster.classes()].filter((peer) => !news.has(peer));
  for (const { class: subject, before } of delta.rules) {
    for (const direction of ['egress', 'ingress'] as const) {
      const rules = {
        subject,
        direction,
        before: directionFunctions(before, direction, functions),
        after: directionFunctions(subject.subject, direction, functions),
      };
      yield* towardsPods(rules, peers, delta);
      yield* towardsOutside(rules);
    }
  }
}

/** What one class's rules say in one direction, before and after. */
interface RulesChange {
  readonly subject: PodClass;
  readonly direction: Direction;
  readonly before: DirectionFunctions;
  readonly after: DirectionFunctions;
}

function* towardsPods(
  { subject, direction, before: was, after: is }: RulesChange,
  peers: readonly PodClass[],
  { setsBefore }: ClusterDelta,
): Iterable<FunctionDelta> {
  const [factsBefore, factsAfter] = [factsBy(was.blocks), factsBy(is.blocks)];
  for (const peer of peers) {
    const { portNames: names } = direction === 'egress' ? peer : subject;
    const idsBefore = setsBefore.get(peer) ?? peer.setIds;
    for (const family of FAMILIES) {
      if (!hasFamily(peer, family)) continue;
      const before = was.of(factsBefore(peer, idsBefore, family), names);
      const after = is.of(factsAfter(peer, peer.setIds, family), names);
      if (before === after) continue;
      yield { subject, direction, peer: { kind: 'pods', class: peer }, family, before, after };
    }
  }
}

/**
 * What rules that speak of these blocks see of a class that is in some sets. An address of which
 * the sets say the same stands for those of its pods: their own say what is, not what was.
 */
function factsBy(
  blocks: ReadonlySet<AddressSet>,
): (peer: PodClass, ids: readonly number[], family: Family) => PeerFacts {
  const atoms = atomsOf(blocks);
  const keyOf = (family: Family, sets: readonly number[]): string => `${family} ${sets.join()}`;
  const byKey = new Map(atoms.map((atom) => [keyOf(atom.address.family, atom.sets), atom]));
  const familyOf = new Map([...blocks].map(({ id, family }) => [id, family]));
  return (peer, ids, family) => {
    const key = keyOf(
      family,
      ids.filter((id) => familyOf.get(id) === family),
    );
    const address = peer.standIn ? undefined : byKey.get(key)?.address;
    // An address of the other family says nothing here.
    const sets = ids.filter((id) => (familyOf.get(id) ?? family) === family);
    return { sets, address, nodes: [] };
  };
}

function hasFamily({ standIn, pods }: PodClass, family: Family): boolean {
  if (standIn) return true;
  for (const pod of pods) if (pod[family] !== undefined) return true;
  return false;
}

function* towardsOutside({
  subject,
  direction,
  before: was,
  after: is,
}: RulesChange): Iterable<FunctionDelta> {
  const atoms = atomsOf(new Set([...was.blocks, ...is.blocks]));
  const names = direction === 'egress' ? undefined : subject.portNames;
  for (const family of FAMILIES) {
    const found = new Map<PortFunction, Map<PortFunction, Atom[]>>();
    for (const atom of atoms) {
      if (atom.address.family !== family) continue;
      const facts = atomFacts(atom);
      const [before, after] = [was.of(facts, names), is.of(facts, names)];
      if (before === after) continue;
      const alike = found.get(before) ?? new Map<PortFunction, Atom[]>();
      found.set(before, alike);
      alike.set(after, [...(alike.get(after) ?? []), atom]);
    }
    for (const [before, alike] of found) {
      for (const [after, those] of alike) {
        const cidrs = fewestCidrs(those.flatMap(({ ranges }) => ranges));
        yield { subject, direction, peer: { kind: 'outside', cidrs }, family, before, after };
      }
    }
  }
}
