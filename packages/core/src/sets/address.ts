import { failed, ok, type Result } from '../result.ts';

export type Family = 'IPv4' | 'IPv6';

/** Both families, in the order in which answers name them. */
export const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

/**
 * One IP address. IPv4 values are numbers (0..2^32-1), IPv6 values bigints (0..2^128-1): the two
 * never compare as equal, and the common family stays fast.
 */
export type IpAddress =
  | { readonly family: 'IPv4'; readonly value: number }
  | { readonly family: 'IPv6'; readonly value: bigint };

/** How an address was spelled, where that matters to a reader who is stricter than the parser. */
export interface AddressSpelling {
  readonly address: IpAddress;
  /** An IPv4 octet has a leading zero (read as decimal, as Kubernetes does). */
  readonly leadingZeros: boolean;
  /** An IPv4 address in IPv6 form, `::ffff:a.b.c.d`; it is read as that IPv4 address. */
  readonly mapped: boolean;
}

/**
 * Reads an address as Kubernetes reads stored objects: leading zeros are decimal, IPv6 in any case
 * and with an embedded dotted quad; no zone, no white space.
 */
export function parseAddress(text: string): Result<AddressSpelling, string> {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

const NOT_AN_ADDRESS = failed('must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');

const [ZERO, NINE, DOT] = [48, 57, 46];

/** Character by character: every pod has addresses, and there are very many pods. */
function parseIpv4(text: string): Result<AddressSpelling, string> {
  let value = 0;
  let leadingZeros = false;
  let dots = 0;
  let octet = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) {
      if (digits === 1 && octet === 0) leadingZeros = true;
      octet = octet * 10 + code - ZERO;
      digits += 1;
      if (octet > 255) return NOT_AN_ADDRESS;
      continue;
    }
    if (code !== DOT || digits === 0 || dots === 3) return NOT_AN_ADDRESS;
    value = value * 256 + octet;
    dots += 1;
    octet = 0;
    digits = 0;
  }
  if (dots !== 3 || digits === 0) return NOT_AN_ADDRESS;
  value = value * 256 + octet;
  return ok({ address: { family: 'IPv4', value }, leadingZeros, mapped: false });
}

function parseIpv6(text: string): Result<AddressSpelling, string> {
  let body = text;
  let leadingZeros = false;
  const lastColon = text.lastIndexOf(':');
  if (text.includes('.', lastColon)) {
    const quad = parseIpv4(text.slice(lastColon + 1));
    if (quad.kind === 'failed' || quad.value.address.family !== 'IPv4') return NOT_AN_ADDRESS;
    leadingZeros = quad.value.leadingZeros;
    const low = quad.value.address.value;
    body = `${text.slice(0, lastColon + 1)}${Math.floor(low / 65_536).toString(16)}:${(low % 65_536).toString(16)}`;
  }
  const digits = ipv6Digits(body);
  if (digits === undefined) return NOT_AN_ADDRESS;
  const value = BigInt(`0x${digits}`);
  if (value >> 32n === 0xffffn) {
    const address: IpAddress = { family: 'IPv4', value: Number(value & 0xffff_ffffn) };
    return ok({ address, leadingZeros, mapped: true });
  }
  return ok({ address: { family: 'IPv6', value }, leadingZeros, mapped: false });
}

/** The 32 digits of an address. */
function ipv6Digits(body: string): string | undefined {
  const gap = body.indexOf('::');
  if (gap === -1) {
    const digits = digitsOf(body);
    return digits?.length === DIGITS ? digits : undefined;
  }
  const [head, tail] = [digitsOf(body.slice(0, gap)), digitsOf(body.slice(gap + 2))];
  if (head === undefined || tail === undefined) return undefined;
  const missing = DIGITS - head.length - tail.length;
  // `::` stands for at least one group of zeros.
  return missing < GROUP ? undefined : head + '0'.repeat(missing) + tail;
}

const DIGITS = 32;
const GROUP = 4;

/** The digits of some groups, four of each; `undefined` where one is no group. */
function digitsOf(groups: string): string | undefined {
  if (groups === '') return '';
  let digits = '';
  for (const group of groups.split(':')) {
    if (group.length > GROUP || !/^[0-9a-fA-F]+$/.test(group)) return undefined;
    digits += group.padStart(GROUP, '0');
  }
  return digits;
}

/** Writes an address in its canonical form (IPv6 as RFC 5952). */
export function formatAddress(address: IpAddress): string {
  if (address.family === 'IPv4') {
    const v = address.value;
    return `${Math.floor(v / 2 ** 24)}.${Math.floor(v / 2 ** 16) % 256}.${Math.floor(v / 256) % 256}.${v % 256}`;
  }
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    groups.push(((address.value >> shift) & 0xffffn).toString(16));
  }
  const [start, length] = longestZeroRun(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeroRun(groups: readonly string[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === '0') continue;
    if (index - start > best[1]) best = [start, index - start];
    start = index + 1;
  }
  return best;
}

/** Whether both are the same address of the same family. */
export function sameAddress(left: IpAddress, right: IpAddress): boolean {
  return left.value === right.value;
}
