import type { Writer } from '../codec/writer.ts';
import { AF_UNSPEC } from './rtnetlink.ts';

export const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_LINK = 5;
export const IFLA_MASTER = 10;
export const IFLA_PROTINFO = 12;
export const IFLA_LINKINFO = 18;
export const IFLA_NET_NS_FD = 28;
export const IFLA_EXT_MASK = 29;
export const IFLA_LINK_NETNSID = 37;
export const IFLA_INFO_KIND = 1;
export const IFLA_INFO_DATA = 2;

export const IFF_UP = 0x1;
export const IFF_RUNNING = 0x40;

/** Writes `struct ifinfomsg`; `up` is left as it is when not told. */
export function linkHeader(
  writer: Writer,
  options: {
    readonly family?: number;
    readonly index?: number;
    readonly up?: boolean | undefined;
  } = {},
): Writer {
  return writer
    .u8(options.family ?? AF_UNSPEC)
    .u8(0)
    .u16(0)
    .i32(options.index ?? 0)
    .u32(options.up === true ? IFF_UP : 0)
    .u32(options.up === undefined ? 0 : IFF_UP);
}

/**
 * Checks what the kernel would not refuse, but take for something else: it fills in a number for
 * `%d`, makes up a name for an empty one, and stops reading at a zero.
 *
 * @throws {RangeError}
 */
export function linkName(name: string): string {
  if (name === '' || name.includes('%') || name.includes('\0')) {
    throw new RangeError(`\`${name}\` cannot be the name of a link`);
  }
  return name;
}

/**
 * Checks that a number may stand for a link that is there. For 0 the kernel goes by the name in the
 * request, and would change a link that nobody meant.
 *
 * @throws {RangeError}
 */
export function linkIndex(index: number): number {
  if (index < 1) throw new RangeError(`${index} is not the index of a link`);
  return index;
}
