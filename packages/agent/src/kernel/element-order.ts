import type { Element, KeyPart } from '@ringfence/dataplane';

/** Puts elements in the order of their keys; ranges by where they begin, then by where they end. */
export function inKeyOrder(elements: readonly Element[]): readonly Element[] {
  return [...elements].sort(({ key: left }, { key: right }) => compareKeys(left, right));
}

function compareKeys(left: readonly KeyPart[], right: readonly KeyPart[]): number {
  for (let place = 0; place < left.length; place += 1) {
    const [part, other] = [left[place], right[place]];
    if (part === undefined || other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(left: KeyPart, right: KeyPart): number {
  if (typeof left !== 'object' && typeof right !== 'object') {
    return left < right ? -1 : Number(left > right);
  }
  const [one, other] = [endsOf(left), endsOf(right)];
  return compareParts(one.first, other.first) || compareParts(one.last, other.last);
}

function endsOf(part: KeyPart): { readonly first: KeyPart; readonly last: KeyPart } {
  return typeof part === 'object' ? part : { first: part, last: part };
}
