import type { Buffer } from 'node:buffer';
import { MalformedAnswer } from '../kernel-error.ts';

/** The flags that an attribute's type may carry: nested, and network order. */
const TYPE_MASK = 0x3fff;
const HEADER = 4;

/** One attribute of an answer. */
export interface Attribute {
  readonly type: number;
  readonly value: Buffer;
}

/**
 * Reads the attributes that fill `bytes` from `from` on, in their order.
 *
 * @throws {MalformedAnswer} when one reaches beyond the end.
 */
export function* attributesIn(bytes: Buffer, from: number = 0): Generator<Attribute> {
  let at = from;
  while (at < bytes.length) {
    if (at + HEADER > bytes.length) throw new MalformedAnswer('an attribute is cut off');
    const length = bytes.readUInt16LE(at);
    if (length < HEADER || at + length > bytes.length) {
      throw new MalformedAnswer(`an attribute has the impossible length ${length}`);
    }
    const type = bytes.readUInt16LE(at + 2) & TYPE_MASK;
    yield { type, value: bytes.subarray(at + HEADER, at + length) };
    at += (length + 3) & ~3;
  }
}

/** The attributes by type; of several with one type the last one counts. */
export function attributeMap(bytes: Buffer, from: number = 0): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const { type, value } of attributesIn(bytes, from)) found.set(type, value);
  return found;
}

/** A number of this machine's order, 1, 2 or 4 bytes long. */
export function numberIn(value: Buffer): number {
  switch (value.length) {
    case 1:
      return value.readUInt8();
    case 2:
      return value.readUInt16LE();
    case 4:
      return value.readUInt32LE();
    default:
      throw new MalformedAnswer(`a number has ${value.length} bytes`);
  }
}

/** A number in network order, 1, 2 or 4 bytes long. */
export function numberBEIn(value: Buffer): number {
  if (value.length !== 1 && value.length !== 2 && value.length !== 4) {
    throw new MalformedAnswer(`a number has ${value.length} bytes`);
  }
  return value.readUIntBE(0, value.length);
}

/** A 64-bit number in network order. */
export function longBEIn(value: Buffer): bigint {
  if (value.length !== 8) throw new MalformedAnswer(`a long number has ${value.length} bytes`);
  return value.readBigUInt64BE();
}

/** A text, without the zero byte that ends it. */
export function stringIn(value: Buffer): string {
  const end = value.indexOf(0);
  return value.toString('utf8', 0, end === -1 ? value.length : end);
}
