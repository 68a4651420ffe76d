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

function parseIpv4(text: string): Result<AddressSpelling, string> {
  const octets = text.split('.');
  if (octets.length !== 4) return NOT_AN_ADDRESS;
  let value = 0;
  let leadingZeros = false;
  for (const octet of octets) {
    if (!/^\d+$/.test(octet)) return NOT_AN_ADDRESS;
    const number = Number(octet);
    if (number > 255) return NOT_AN_ADDRESS;
    leadingZeros ||= octet.length > 1 && octet.startsWith('0');
    value = value * 256 + number;
  }
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
  const groups = ipv6Groups(body);
  if (groups === undefined) return NOT_AN_ADDRESS;
  const value = BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
  if (value >> 32n === 0xffffn) {
    const address: IpAddress = { family: 'IPv4', value: Number(value & 0xffff_ffffn) };
    return ok({ address, leadingZeros, mapped: true });
  }
  return ok({ address: { family: 'IPv6', value }, leadingZeros, mapped: false });
}

/** The eight groups of an address, as they are written. */
function ipv6Groups(body: string): readonly string[] | undefined {
  const halves = body.split('::');
  if (halves.length > 2) return undefined;
  const read = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  const head = read(halves[0] ?? '');
  const tail = read(halves[1] ?? '');
  const missing = 8 - head.length - tail.length;
  // `::` stands for at least one group of zeros.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups : undefined;
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
