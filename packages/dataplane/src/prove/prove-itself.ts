import type { Direction } from '@ringfence/core';
import { familySet } from '../ruleset/names.ts';
import { compare, type FamilyCase, podEnd, type SubjectCase } from './family-case.ts';
import type { Address } from './kernel-family.ts';
import { outsideFacts } from './meaning.ts';
import { addressOf, type PodAddress } from './peer-groups.ts';

/** Looks up a subject by one of its addresses; `undefined` where that is no pod's of this node. */
export type SubjectAt = (address: Address, direction: Direction) => SubjectCase | undefined;

/**
 * Compares pairs of addresses that the kernel takes for one pod and itself with what they are. By them a
 * pod that meets itself is judged, and may tell of errors of its own flows and of no others.
 */
export function proveItself(
  of: FamilyCase,
  locals: ReadonlyMap<Address, PodAddress>,
  subjectAt: SubjectAt,
): void {
  const { kernel, groups, findings, words, family } = of;
  const set = familySet('itself', family);
  for (const [address, { pod }] of locals) {
    for (const { value } of pod.addresses.filter((each) => each.family === family)) {
      if (kernel.isItself(address, value)) continue;
      const element = words(set, { key: [address, value], identity: undefined, comment: '' });
      const means = 'errors that the pod tells of its own flows are dropped';
      findings.add({ kind: 'element', set, is: 'missing', element, means });
    }
  }
  for (const element of kernel.itself.values()) {
    const [one, other] = element.key;
    if (!isAddress(one) || !isAddress(other)) continue;
    const pod = groups.podAt(one);
    if (pod !== undefined && pod === groups.podAt(other)) continue;
    // Both are asked, whatever is found of the first.
    const found = [isPairDifferent([one, other], subjectAt), locals.has(one)];
    const text = words(set, element);
    const means = 'they are not one pod';
    const difference = { kind: 'element', set, is: 'extra', element: text, means } as const;
    if (found.includes(true)) findings.add(difference);
    else findings.addHarmless(difference);
  }
}

/** Where two are no pod, the one must be treated as any peer of the other all the same. */
function isPairDifferent([one, other]: readonly [Address, Address], subjectAt: SubjectAt): boolean {
  let isDifferent = false;
  for (const direction of ['egress', 'ingress'] as const) {
    for (const [subject, peer] of [
      [one, other],
      [other, one],
    ] as const) {
      const found = subjectAt(subject, direction);
      if (found !== undefined && comparePair(found, peer)) isDifferent = true;
    }
  }
  return isDifferent;
}

function isAddress(part: unknown): part is Address {
  return typeof part === 'number' || typeof part === 'bigint';
}

/** What is done with a peer that the kernel takes for the subject itself. */
function comparePair(of: SubjectCase, value: Address): boolean {
  const { kernel, groups, meaning, cluster } = of;
  if (kernel.placeOf(value).path !== 'pod') return false;
  const peer = groups.podAt(value);
  const address = addressOf(value);
  const facts = outsideFacts(cluster, meaning, address);
  return compare(of, {
    place: 'itself',
    rows: kernel.sides[of.direction].functionForItself(of.address.value),
    allowed: peer === undefined ? meaning.ofOutside(facts) : meaning.ofClass(peer.class, peer),
    why: () => (peer === undefined ? meaning.whyOutside(facts) : meaning.whyClass(peer)),
    peer: () => ({
      end: peer === undefined ? { address, pod: '', last: address } : podEnd(peer, address),
      count: 1,
    }),
  });
}
