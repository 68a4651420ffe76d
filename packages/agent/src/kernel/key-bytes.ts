import type { ElementSet, KeyPart, KeyRange } from '@ringfence/dataplane';
import { type FieldShape, fieldShape, paddedLength } from './field.ts';
import { readNetworkNumber, writeNetworkNumber } from './value-bytes.ts';

/** One end of a range, or a value that is none. */
export type KeyValue = Exclude<KeyPart, KeyRange>;

/** Where a field stands in a key. */
interface KeyPlace {
  readonly at: number;
  readonly shape: FieldShape;
  /** In this machine's order: everything else is compared byte by byte and must ascend so. */
  readonly host: boolean;
}

/** Where everything stands in the keys of a set. */
export interface KeyLayout {
  readonly places: readonly KeyPlace[];
  /** In bytes, with the padding. */
  readonly length: number;
}

/**
 * Finds out where everything stands in the keys of a set.
 *
 * Sets of intervals compare byte by byte which key is larger: there numbers are in network order, and
 * rules turn them round before they look them up.
 */
export function keyLayout({ key, interval }: Pick<ElementSet, 'key' | 'interval'>): KeyLayout {
  let length = 0;
  const places = key.map((field): KeyPlace => {
    const shape = fieldShape(field);
    const at = length;
    length += paddedLength(shape);
    return { at, shape, host: shape.form === 'host' && !interval };
  });
  // Only the parts of a concatenation fill whole registers.
  const [only, ...others] = places;
  return { places, length: only !== undefined && others.length === 0 ? only.shape.length : length };
}

/** Which end of ranges is meant; values that are none are both. */
export type KeyEnd = 'first' | 'last';

/** Writes a key, of ranges one end. */
export function keyBytes(
  { places, length }: KeyLayout,
  parts: readonly KeyPart[],
  end: KeyEnd,
): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < places.length; index += 1) {
    const [place, part] = [places[index], parts[index]];
    if (place === undefined || part === undefined) {
      throw new Error('a key has as many parts as its set has fields');
    }
    const value = typeof part === 'object' ? part[end] : part;
    if (typeof value === 'string') bytes.set(interfaceName(value), place.at);
    else if (place.host) view.setUint32(place.at, Number(value), true);
    else writeNetworkNumber(view, place.at, place.shape.length, value);
  }
  return bytes;
}

/** The bytes of an interface's name. @throws {RangeError} for one that no interface can have. */
export function interfaceName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length > LONGEST_NAME) {
    throw new RangeError(`no interface can be called \`${name}\`: at most ${LONGEST_NAME} bytes`);
  }
  return bytes;
}

const LONGEST_NAME = 15;

/**
 * Whether a key is what its values are written as: bytes behind a name, or between fields, are part
 * of it to the kernel, and no packet has any there.
 */
export function isPlainKey(layout: KeyLayout, bytes: Uint8Array): boolean {
  const { places, length } = layout;
  if (bytes.length !== length) return false;
  const isFilled = places.every(({ shape }) => shape.form !== 'name' && isWhole(shape, places));
  if (isFilled) return true;
  const values = keyValues(layout, bytes);
  const isNameTooLong = values.some(
    (value) => typeof value === 'string' && new TextEncoder().encode(value).length > LONGEST_NAME,
  );
  return (
    !isNameTooLong && keyBytes(layout, values, 'first').every((byte, at) => byte === bytes[at])
  );
}

function isWhole(shape: FieldShape, places: KeyLayout['places']): boolean {
  return places.length === 1 || shape.length === paddedLength(shape);
}

/** Reads a key. */
export function keyValues({ places }: KeyLayout, bytes: Uint8Array): readonly KeyValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return places.map(({ at, shape, host }) => {
    if (shape.form === 'name') return nameIn(bytes.subarray(at, at + shape.length));
    return host ? view.getUint32(at, true) : readNetworkNumber(view, at, shape.length);
  });
}

function nameIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}
