import type { Writer } from '../codec/writer.ts';

export const NDA_DST = 1;
export const NDA_LLADDR = 2;

export const NTF_SELF = 0x02;
/** The entry is its bridge's. */
export const NTF_MASTER = 0x04;
export const NTF_PROXY = 0x08;
/** Stays where it is, whoever sends with the address. */
export const NTF_STICKY = 0x40;

const NUD_NONE = 0x00;
/** Valid for ever, and never asked for. */
export const NUD_NOARP = 0x40;
export const NUD_PERMANENT = 0x80;

/** The bytes of `struct ndmsg`. */
export const NEIGHBOUR_HEADER = 12;

/** Writes `struct ndmsg`. */
export function neighbourHeader(
  writer: Writer,
  header: {
    readonly family: number;
    readonly link?: number;
    readonly state?: number;
    readonly flags?: number;
  },
): Writer {
  return writer
    .u8(header.family)
    .u8(0)
    .u16(0)
    .i32(header.link ?? 0)
    .u16(header.state ?? NUD_NONE)
    .u8(header.flags ?? 0)
    .u8(0);
}
