import { ANY_POD } from '../ruleset/numbers.ts';
import { compare, isExempt, podEnd, type SubjectCase } from './family-case.ts';
import { outsideFacts } from './meaning.ts';
import type { PodGroup, Stray } from './peer-groups.ts';
import { proveOutside } from './prove-outside.ts';

/** What was found to be different about one subject. */
export interface SubjectProof {
  readonly isDifferent: boolean;
  /** Peers about whom the kernel knows something else than what they are, and it matters. */
  readonly wrong: readonly (PodGroup | Stray)[];
}

/**
 * Compares all that the kernel does with the traffic of one subject in one direction with what
 * policies mean: for all peers, ports and protocols.
 */
export function proveSubject(of: SubjectCase): SubjectProof {
  const wrong = [
    ...[...groupsToCompare(of)].filter((group) => compareGroup(of, group)),
    ...of.groups.strays.filter((stray) => compareStray(of, stray)),
  ];
  const others = [proveOutside(of), compareItself(of)];
  return { isDifferent: wrong.length > 0 || others.includes(true), wrong };
}

/**
 * The groups of which something else may be said, by rows or by policies, than of most; and one of
 * the others, which stands for all of them.
 */
function groupsToCompare(of: SubjectCase): ReadonlySet<PodGroup> {
  const { kernel, groups, direction, meaning, address } = of;
  const some = new Set<PodGroup>(groups.unknown);
  const side = kernel.sides[direction];
  if (side.subjects.has(address.value)) {
    for (const number of side.rows.of(address.value).keys()) {
      if (number === ANY_POD) continue;
      for (const group of groups.byNumber.get(number) ?? []) some.add(group);
    }
  }
  for (const each of meaning.special) {
    for (const group of groups.byClass.get(each) ?? []) some.add(group);
  }
  const other = groups.all.find(
    (group) =>
      !some.has(group) && group.addresses.some(({ value }) => groups.podAt(value) !== of.pod),
  );
  return other === undefined ? some : some.add(other);
}

function compareGroup(of: SubjectCase, { place, class: peer, addresses }: PodGroup): boolean {
  const [address] = addresses;
  const first = address && of.groups.podAt(address.value);
  if (first === undefined) return false;
  return compare(of, {
    place,
    rows: of.kernel.sides[of.direction].functionFor(of.address.value, place),
    allowed: of.meaning.ofClass(peer, first),
    why: () => of.meaning.whyClass(first),
    peer() {
      // A pod meets itself otherwise.
      const others = addresses.filter(({ value }) => of.groups.podAt(value) !== of.pod);
      const [other] = others;
      const pod = other && of.groups.podAt(other.value);
      return pod && { end: podEnd(pod, other), count: others.length };
    },
  });
}

function compareStray(of: SubjectCase, { place, address }: Stray): boolean {
  if (isExempt(of, address)) return false;
  const facts = outsideFacts(of.cluster, of.meaning, address);
  return compare(of, {
    place,
    rows: of.kernel.sides[of.direction].functionFor(of.address.value, place),
    allowed: of.meaning.ofOutside(facts),
    why: () => of.meaning.whyOutside(facts),
    peer: () => ({ end: { address, pod: '', last: address }, count: 1 }),
  });
}

/**
 * Compares what a pod may send itself through a Service. Its answers are looked at with the addresses
 * the other way round.
 */
function compareItself(of: SubjectCase): boolean {
  const { kernel, pod, address, meaning, direction } = of;
  const decided = meaning.ofItself(pod);
  let isDifferent = false;
  for (const other of pod.addresses) {
    if (other.family !== of.family) continue;
    for (const isKnown of new Set([
      kernel.isItself(address.value, other.value),
      kernel.isItself(other.value, address.value),
    ])) {
      const place = kernel.placeOf(other.value);
      const side = kernel.sides[direction];
      const isMet = isKnown && place.path === 'pod';
      const found = compare(of, {
        place: isMet ? 'itself' : place,
        rows: isMet
          ? side.functionForItself(address.value)
          : side.functionFor(address.value, place),
        allowed: decided.allowed,
        why: () => decided,
        peer: () => ({ end: podEnd(pod, other), count: 1 }),
      });
      isDifferent ||= found;
    }
  }
  return isDifferent;
}
