import type { Buffer } from 'node:buffer';
import { attributeMap } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { type IpFamily, type IpPrefix, ipText } from '../ip-text.ts';

/** The attributes of a message by type. */
export type Attributes = ReadonlyMap<number, Buffer>;

/**
 * Reads the attributes that follow a message's fixed header.
 *
 * @throws {MalformedAnswer} when the header itself is cut off.
 */
export function attributesBehind(header: number, { type, body }: Answer): Attributes {
  if (body.length < header) {
    throw new MalformedAnswer(`message ${type} has ${body.length} bytes, not ${header}`);
  }
  return attributeMap(body, header);
}

/** A number of four bytes, or `absent`. */
export function u32Of(attributes: Attributes, type: number, absent: number = 0): number {
  return sized(attributes, type, 4)?.readUInt32LE() ?? absent;
}

/** A number of four bytes with a sign, or `absent`. */
export function i32Of(attributes: Attributes, type: number, absent: number): number {
  return sized(attributes, type, 4)?.readInt32LE() ?? absent;
}

/** An address; empty when absent. */
export function ipOf(attributes: Attributes, type: number, family: IpFamily): string {
  const bytes = sized(attributes, type, family === 'IPv4' ? 4 : 16);
  return bytes === undefined ? '' : ipText(bytes);
}

/** An address whose length the header tells; it may be absent only where the length is 0. */
export function prefixOf(
  attributes: Attributes,
  type: number,
  { family, prefix }: { readonly family: IpFamily; readonly prefix: number },
): IpPrefix {
  const address = ipOf(attributes, type, family);
  if (address !== '') return { address, prefix };
  if (prefix !== 0) throw new MalformedAnswer(`a prefix of ${prefix} bits has no address`);
  return everything(family);
}

/** The prefix that holds all addresses of a family. */
function everything(family: IpFamily): IpPrefix {
  return { address: family === 'IPv4' ? '0.0.0.0' : '::', prefix: 0 };
}

/** What an answer must have. */
export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined || value === '') throw new MalformedAnswer(`${what} is missing`);
  return value;
}

function sized(attributes: Attributes, type: number, bytes: number): Buffer | undefined {
  const value = attributes.get(type);
  if (value !== undefined && value.length !== bytes) {
    throw new MalformedAnswer(`attribute ${type} has ${value.length} bytes, not ${bytes}`);
  }
  return value;
}
