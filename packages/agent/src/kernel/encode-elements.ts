import type { Element, ElementSet } from '@ringfence/dataplane';
import type { SetElement } from '@ringfence/netlink';
import { keyBytes, type KeyLayout, keyLayout } from './key-bytes.ts';
import { hostNumber } from './value-bytes.ts';

/**
 * Writes elements as nf_tables has them.
 *
 * In a set of intervals of one field an element becomes two, which begin and end it; one that ends
 * with the last value that there is has no end. In others each stays one.
 */
export function encodeElements(
  set: ElementSet,
  elements: readonly Element[],
): readonly SetElement[] {
  const layout = keyLayout(set);
  if (!set.interval) return elements.map((element) => plain(layout, set, element));
  if (set.key.length > 1) return elements.map((element) => box(layout, set, element));
  return elements.flatMap((element) => pair(layout, set, element));
}

function plain(layout: KeyLayout, set: ElementSet, element: Element): SetElement {
  if (element.key.some((part) => typeof part === 'object')) {
    throw new Error('only sets of intervals have ranges');
  }
  return begin(layout, set, element);
}

/** A range in each field. */
function box(layout: KeyLayout, set: ElementSet, element: Element): SetElement {
  return { ...begin(layout, set, element), keyEnd: keyBytes(layout, element.key, 'last') };
}

function pair(layout: KeyLayout, set: ElementSet, element: Element): readonly SetElement[] {
  const end = next(keyBytes(layout, element.key, 'last'));
  const first = begin(layout, set, element);
  return end === undefined ? [first] : [first, { key: end, intervalEnd: true }];
}

/** All of an element but where its ranges end. There are very many: nothing is made that is not kept. */
function begin(
  layout: KeyLayout,
  { name, kind }: ElementSet,
  { key: parts, identity, comment }: Element,
): SetElement {
  const key = keyBytes(layout, parts, 'first');
  if ((kind === 'identityMap') !== (identity !== undefined)) {
    throw new Error(`elements of maps, and only they, have identities: \`${name}\``);
  }
  if (identity === undefined) return comment === '' ? { key } : { key, comment };
  const data = hostNumber(identity);
  return comment === '' ? { key, data } : { key, data, comment };
}

/** The key behind a key; `undefined` behind the last one. */
function next(key: Uint8Array): Uint8Array | undefined {
  const after = Uint8Array.from(key);
  for (let index = after.length - 1; index >= 0; index -= 1) {
    const byte = after[index] ?? 0;
    if (byte < 0xff) {
      after[index] = byte + 1;
      return after;
    }
    after[index] = 0;
  }
  return undefined;
}
