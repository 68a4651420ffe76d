import { type Cidr, type Family, formatAddress } from '@ringfence/core';
import { after, before } from '../compile/address-space.ts';
import type { Range } from '../compile/member.ts';
import { joined } from '../compile/segments.ts';
import { rangeText } from '../render/range-text.ts';
import { familySet } from '../ruleset/names.ts';
import { isRange } from '../ruleset/order.ts';
import type { Element } from '../ruleset/ruleset.ts';
import type { Findings } from './findings.ts';
import { addressOf } from './peer-groups.ts';

/** Compares the addresses that the kernel takes for those of this node's pods with its ranges. */
export function provePodRanges(
  elements: readonly Element[],
  { family, ranges }: { readonly family: Family; readonly ranges: readonly Cidr[] },
  findings: Findings,
): void {
  const set = familySet('pod_ranges', family);
  const kernel = joined(
    elements.flatMap(({ key: [part] }) => (part === undefined ? [] : rangeIn(part))),
  );
  const expected = joined(ranges.filter((range) => range.family === family));
  const tell = (is: 'missing' | 'extra', { first, last }: Range, means: string): void => {
    const element = `{ ${rangeText(addressOf(first), addressOf(last))} }`;
    findings.add({ kind: 'element', set, is, element, means });
  };
  for (const range of without(expected, kernel)) {
    tell('missing', range, 'pods that are not programmed could be open there');
  }
  for (const range of without(kernel, expected)) {
    tell(
      'extra',
      range,
      `not given to this node: ${formatAddress(addressOf(range.first))} is cut off`,
    );
  }
}

function rangeIn(part: Element['key'][number]): readonly Range[] {
  if (isRange(part)) return [part];
  return typeof part === 'string' ? [] : [{ first: part, last: part }];
}

/** What of the one is not in the others. */
function without(ranges: readonly Range[], others: readonly Range[]): readonly Range[] {
  return ranges.flatMap((range) => {
    const left: Range[] = [];
    let from = range.first;
    for (const { first, last } of others) {
      if (last < from || first > range.last) continue;
      if (first > from) left.push({ first: from, last: before(first) });
      from = after(last);
    }
    if (from <= range.last) left.push({ first: from, last: range.last });
    return left;
  });
}
