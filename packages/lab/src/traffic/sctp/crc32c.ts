/** Castagnoli's polynomial, its bits turned around. */
const POLYNOMIAL = 0x82f6_3b78;

const TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? POLYNOMIAL : 0);
  return rest;
});

/**
 * The CRC32c of some bytes, 0..2^32-1. In SCTP packets it stands with its lowest byte first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9260#appendix-A
 */
export function crc32c(bytes: Uint8Array): number {
  let rest = 0xffff_ffff;
  for (const byte of bytes) rest = (TABLE[(rest ^ byte) & 0xff] ?? 0) ^ (rest >>> 8);
  return (rest ^ 0xffff_ffff) >>> 0;
}
