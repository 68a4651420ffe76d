import { isIP } from 'node:net';

export type IpFamily = 'IPv4' | 'IPv6';

/** A range of addresses, as in `10.0.0.0/8`. */
export interface IpPrefix {
  readonly address: string;
  /** The number of leading bits that count, 0..32 or 0..128. */
  readonly prefix: number;
}

/**
 * Tells the family of an address.
 *
 * @throws {RangeError} unless it is an address; one with a zone (`fe80::1%eth0`) is none here.
 */
export function ipFamily(text: string): IpFamily {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 0) throw new RangeError(`\`${text}\` is not an IP address`);
  return version === 4 ? 'IPv4' : 'IPv6';
}

/**
 * Turns an address into its 4 or 16 bytes.
 *
 * @throws {RangeError} as `ipFamily` does.
 */
export function ipBytes(text: string): Uint8Array {
  return Uint8Array.from(ipFamily(text) === 'IPv4' ? quad(text) : ipv6(text));
}

/**
 * Writes an address in its canonical form: IPv6 as RFC 5952, with a dotted quad where it stands for
 * an IPv4 address (`::ffff:10.0.0.1`).
 *
 * @throws {RangeError} unless there are 4 or 16 bytes.
 */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new RangeError(`an IP address has no ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2).toString(16));
  if (groups.slice(0, 6).join() === MAPPED) return `::ffff:${bytes.subarray(12).join('.')}`;
  const { start, length } = longestZeroRun(groups);
  // RFC 5952, 4.2.2: one group alone is not shortened.
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

const MAPPED = '0,0,0,0,0,ffff';

function quad(text: string): readonly number[] {
  return text.split('.').map(Number);
}

function ipv6(text: string): readonly number[] {
  const [head = '', tail] = text.split('::');
  const left = sideBytes(head);
  if (tail === undefined) return left;
  const right = sideBytes(tail);
  return [...left, ...Array.from({ length: 16 - left.length - right.length }, () => 0), ...right];
}

/** The bytes of the groups on one side of the `::`; the last group may be a dotted quad. */
function sideBytes(side: string): readonly number[] {
  if (side === '') return [];
  return side.split(':').flatMap((group) => {
    if (group.includes('.')) return quad(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

interface Run {
  readonly start: number;
  readonly length: number;
}

/** The first of the longest ones. */
function longestZeroRun(groups: readonly string[]): Run {
  let best: Run = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index <= groups.length; index += 1) {
    if (groups[index] === '0') continue;
    if (index - start > best.length) best = { start, length: index - start };
    start = index + 1;
  }
  return best;
}
