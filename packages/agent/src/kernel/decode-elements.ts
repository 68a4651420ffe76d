import { Buffer } from 'node:buffer';
import { failed, ok, type Result } from '@ringfence/core';
import type { Element, ElementSet, KeyPart } from '@ringfence/dataplane';
import type { SetElement } from '@ringfence/netlink';
import { inKeyOrder } from './element-order.ts';
import { isPlainKey, type KeyLayout, keyLayout, keyValues } from './key-bytes.ts';
import { hostNumberIn } from './value-bytes.ts';

/** Reads what nf_tables has in a set, in the order of the keys: as `decodeInAnyOrder`. */
export function decodeElements(
  set: ElementSet,
  elements: readonly SetElement[],
): Result<readonly Element[], string> {
  const decoded = decodeInAnyOrder(set, elements);
  return decoded.kind === 'ok' ? ok(inKeyOrder(decoded.value)) : decoded;
}

/**
 * Reads what nf_tables has in a set, in no order: what `encodeElements` has written.
 *
 * Fields of concatenations are ranges where they have more than one value; the field of a set of
 * intervals of one field is always a range.
 *
 * @returns what is there that this program does not write.
 */
export function decodeInAnyOrder(
  set: ElementSet,
  elements: readonly SetElement[],
): Result<readonly Element[], string> {
  const layout = keyLayout(set);
  if (elements.some(({ catchAll }) => catchAll === true)) {
    return failed('an element stands for every key');
  }
  const isPlain = (key: Uint8Array | undefined): boolean =>
    key === undefined || isPlainKey(layout, key);
  if (!elements.every(({ key, keyEnd }) => isPlain(key) && isPlain(keyEnd))) {
    return failed('a key has bytes that no packet has');
  }
  if (set.interval && set.key.length === 1) return pairs(layout, set, elements);
  const decoded: Element[] = [];
  for (const element of elements) {
    const identity = identityIn(set, element);
    if (identity.kind === 'failed') return identity;
    const key = keyIn(layout, element);
    decoded.push({ key, identity: identity.value, comment: element.comment ?? '' });
  }
  return ok(decoded);
}

function keyIn(layout: KeyLayout, { key, keyEnd }: SetElement): readonly KeyPart[] {
  const first = keyValues(layout, key);
  if (keyEnd === undefined) return first;
  const last = keyValues(layout, keyEnd);
  return first.map((part, place): KeyPart => between(part, last[place]));
}

function between(first: KeyPart, last: KeyPart | undefined): KeyPart {
  return first === last ? first : rangeOf(first, last);
}

function rangeOf(first: KeyPart, last: KeyPart | undefined): KeyPart {
  if (typeof first === 'number' && typeof last === 'number') return { first, last };
  if (typeof first === 'bigint' && typeof last === 'bigint') return { first, last };
  throw new Error('only numbers have ranges');
}

function identityIn(
  { kind }: ElementSet,
  { data }: SetElement,
): Result<number | undefined, string> {
  if (kind === 'set') return ok(undefined);
  if (!(data instanceof Uint8Array) || data.length !== 4) {
    return failed('an element has no identity');
  }
  return ok(hostNumberIn(data));
}

/** Beginnings and ends in turn. An end and a beginning may lie at one key: then the end is first. */
function pairs(
  layout: KeyLayout,
  set: ElementSet,
  elements: readonly SetElement[],
): Result<readonly Element[], string> {
  const [place] = layout.places;
  if (place === undefined) throw new Error('a key has a field');
  const sorted = [...elements].sort(
    (left, right) =>
      Buffer.compare(left.key, right.key) || Number(isEnd(right)) - Number(isEnd(left)),
  );
  const decoded: Element[] = [];
  for (let index = 0; index < sorted.length; index += 1) {
    const begin = sorted[index];
    if (begin === undefined || isEnd(begin)) return failed('an interval has no beginning');
    const end = sorted[index + 1];
    if (end !== undefined && !isEnd(end)) return failed('an interval has no end');
    const identity = identityIn(set, begin);
    if (identity.kind === 'failed') return identity;
    const [first] = keyValues(layout, begin.key);
    const [behind] = end === undefined ? [] : keyValues(layout, end.key);
    if (first === undefined) throw new Error('a key has a value');
    const last = behind === undefined ? largest(place.shape.length) : before(behind);
    decoded.push({
      key: [rangeOf(first, last)],
      identity: identity.value,
      comment: begin.comment ?? '',
    });
    index += 1;
  }
  return ok(decoded);
}

function isEnd({ intervalEnd }: SetElement): boolean {
  return intervalEnd === true;
}

function before(value: KeyPart): KeyPart {
  if (typeof value === 'number') return value - 1;
  if (typeof value === 'bigint') return value - 1n;
  throw new Error('only numbers have ranges');
}

function largest(length: number): KeyPart {
  return length === 16 ? (1n << 128n) - 1n : 2 ** (8 * length) - 1;
}
