import type { Element, ElementSet, KeyPart } from '@ringfence/dataplane';
import type { SetElement } from '@ringfence/netlink';
import { keyBytes, type KeyLayout, keyLayout, type KeyValue } from './key-bytes.ts';
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
  return { key: keyBytes(layout, element.key.map(exactly)), ...rest(set, element) };
}

/** A range in each field. */
function box(layout: KeyLayout, set: ElementSet, element: Element): SetElement {
  return {
    key: keyBytes(layout, element.key.map(firstOf)),
    keyEnd: keyBytes(layout, element.key.map(lastOf)),
    ...rest(set, element),
  };
}

function pair(layout: KeyLayout, set: ElementSet, element: Element): readonly SetElement[] {
  const begin = { key: keyBytes(layout, element.key.map(firstOf)), ...rest(set, element) };
  const end = next(keyBytes(layout, element.key.map(lastOf)));
  return end === undefined ? [begin] : [begin, { key: end, intervalEnd: true }];
}

function rest(
  { name, kind }: ElementSet,
  { identity, comment }: Element,
): Pick<SetElement, 'data' | 'comment'> {
  if ((kind === 'identityMap') !== (identity !== undefined)) {
    throw new Error(`elements of maps, and only they, have identities: \`${name}\``);
  }
  return {
    ...(identity !== undefined && { data: hostNumber(identity) }),
    ...(comment !== '' && { comment }),
  };
}

function exactly(part: KeyPart): KeyValue {
  if (typeof part === 'object') throw new Error('only sets of intervals have ranges');
  return part;
}

function firstOf(part: KeyPart): KeyValue {
  return typeof part === 'object' ? part.first : part;
}

function lastOf(part: KeyPart): KeyValue {
  return typeof part === 'object' ? part.last : part;
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
