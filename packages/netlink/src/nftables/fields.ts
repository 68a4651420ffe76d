import type { Buffer } from 'node:buffer';
import { longBEIn, numberBEIn, stringIn } from '../codec/attributes.ts';
import { MalformedAnswer } from '../kernel-error.ts';

/** The attributes of one object, by type. */
export type Fields = ReadonlyMap<number, Buffer>;

/** A number; nf_tables writes all of them in network order. */
export function numberField(fields: Fields, type: number, otherwise?: number): number {
  const value = fields.get(type);
  return value === undefined ? missing(type, otherwise) : numberBEIn(value);
}

/** A number of 64 bits. */
export function longField(fields: Fields, type: number, otherwise?: bigint): bigint {
  const value = fields.get(type);
  return value === undefined ? missing(type, otherwise) : longBEIn(value);
}

/** A text. */
export function textField(fields: Fields, type: number, otherwise?: string): string {
  const value = fields.get(type);
  return value === undefined ? missing(type, otherwise) : stringIn(value);
}

/** Bytes, copied: what was received with them may be forgotten. */
export function bytesField(fields: Fields, type: number): Uint8Array {
  return new Uint8Array(fields.get(type) ?? missing<Buffer>(type, undefined));
}

function missing<T>(type: number, otherwise: T | undefined): T {
  if (otherwise === undefined) throw new MalformedAnswer(`attribute ${type} is missing`);
  return otherwise;
}
