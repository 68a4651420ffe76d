import type { Writer } from '../codec/writer.ts';

export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PRIORITY = 6;
export const RTA_PREFSRC = 7;
export const RTA_TABLE = 15;
export const RTA_VIA = 18;

export const RTNH_F_ONLINK = 4;

/** The bytes of `struct rtmsg`. */
export const ROUTE_HEADER = 12;

/** Writes `struct rtmsg`. Its table has one byte: the attribute tells the table instead. */
export function routeHeader(
  writer: Writer,
  header: {
    readonly family: number;
    readonly prefix?: number;
    readonly protocol?: number;
    readonly scope?: number;
    readonly kind?: number;
    readonly flags?: number;
  },
): Writer {
  return writer
    .u8(header.family)
    .u8(header.prefix ?? 0)
    .u8(0)
    .u8(0)
    .u8(0)
    .u8(header.protocol ?? 0)
    .u8(header.scope ?? 0)
    .u8(header.kind ?? 0)
    .u32(header.flags ?? 0);
}
