import type { Direction, IpAddress } from '@ringfence/core';
import { ALL_TRAFFIC } from '@ringfence/core';
import { directionSet, familySet } from '../ruleset/names.ts';
import { ANY_OUTSIDE, ANY_POD, FIRST_IDENTITY, ITSELF } from '../ruleset/numbers.ts';
import type { Element } from '../ruleset/ruleset.ts';
import { podEnd, type FamilyCase } from './family-case.ts';
import type { Address } from './kernel-family.ts';
import { addressOf, type PodAddress } from './peer-groups.ts';
import { portDifferences } from './port-difference.ts';
import { rowsIn } from './row-index.ts';

/**
 * Looks at subjects that are no pods of this node, where no policy is to be asked: they must not be
 * kept from any pod that is.
 */
export function proveForeignSubjects(
  of: FamilyCase,
  direction: Direction,
  locals: ReadonlyMap<Address, PodAddress>,
): void {
  const { kernel, findings, words, family } = of;
  const set = directionSet('subjects', direction, family);
  for (const [value, element] of kernel.sides[direction].subjects) {
    if (locals.has(value)) continue;
    const address = addressOf(value);
    const means = isDeniedByRows(of, { direction, address, locals });
    const text = words(set, element);
    const about = `${of.groups.podAt(value) !== undefined ? 'a pod of another node' : 'no pod'} is judged here`;
    const difference = { kind: 'element', set, is: 'extra', element: text } as const;
    if (means === undefined) findings.addHarmless({ ...difference, means: about });
    else findings.add({ ...difference, means: `${about}: denied ${means}` });
  }
}

/** Names a pod of this node that rows keep an address from. */
function isDeniedByRows(
  { kernel }: FamilyCase,
  {
    direction,
    address,
    locals,
  }: {
    readonly direction: Direction;
    readonly address: IpAddress;
    readonly locals: ReadonlyMap<Address, PodAddress>;
  },
): string | undefined {
  const side = kernel.sides[direction];
  for (const { pod, address: peer } of locals.values()) {
    const rows = side.functionFor(address.value, kernel.placeOf(peer.value));
    if (portDifferences(rows, ALL_TRAFFIC).length === 0) continue;
    return `${direction === 'egress' ? 'to' : 'from'} ${podEnd(pod, peer).pod}`;
  }
  return undefined;
}

/** Notes rows that no packet meets, and numbers of which no row speaks. */
export function noteIdleElements({ kernel, findings, words, family }: FamilyCase): void {
  const numbers = new Set([
    ANY_POD,
    ANY_OUTSIDE,
    ITSELF,
    ...kernel.segmentsOf.keys(),
    ...kernel.numbers,
  ]);
  const spoken = new Set<number>();
  const extra = (set: string, element: Element, means: string): void => {
    const text = words(set, element);
    findings.addHarmless({ kind: 'element', set, is: 'extra', element: text, means });
  };
  for (const { subjects, rows } of Object.values(kernel.sides)) {
    for (const subject of rows.subjects) {
      for (const [number, those] of rows.of(subject)) {
        spoken.add(number);
        const isMet = subjects.has(subject) && numbers.has(number);
        if (isMet) continue;
        const means = subjects.has(subject)
          ? 'no address has this number'
          : 'nobody is judged by it';
        for (const { set, element } of rowsIn(those)) extra(set, element, means);
      }
    }
  }
  // Where no pod of this node has an address of the family, no rows are to be expected.
  if (spoken.size === 0) return;
  const isIdle = (number: number): boolean => number >= FIRST_IDENTITY && !spoken.has(number);
  const silent = 'no row speaks of this number';
  for (const element of kernel.identities.values()) {
    if (isIdle(element.identity ?? ANY_POD))
      extra(familySet('identities', family), element, silent);
  }
  for (const { number, element } of kernel.segments) {
    if (isIdle(number)) extra(familySet('segments', family), element, silent);
  }
}
