/** A number in the order of this machine, as the kernel loads it. */
export function hostNumber(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The number that such bytes are. */
export function hostNumberIn(bytes: Uint8Array): number {
  const [first, second, third, fourth] = [bytes[0], bytes[1], bytes[2], bytes[3]];
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) {
    throw new RangeError('a number has four bytes');
  }
  return (first | (second << 8) | (third << 16) | (fourth << 24)) >>> 0;
}

/** A number as packets have it, in so many bytes: 1, 2, 4 or 16. */
export function networkNumber(value: number | bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  writeNetworkNumber(new DataView(bytes.buffer), 0, length, value);
  return bytes;
}

/** Writes a number as packets have it. */
export function writeNetworkNumber(
  into: DataView,
  at: number,
  length: number,
  value: number | bigint,
): void {
  switch (length) {
    case 1:
      return into.setUint8(at, Number(value));
    case 2:
      return into.setUint16(at, Number(value));
    case 4:
      return into.setUint32(at, Number(value));
    case 16: {
      const long = BigInt(value);
      into.setBigUint64(at, long >> 64n);
      return into.setBigUint64(at + 8, long & 0xffff_ffff_ffff_ffffn);
    }
    default:
      throw new Error(`no number has ${length} bytes`);
  }
}

/** Reads a number as packets have it: a large one for 16 bytes. */
export function readNetworkNumber(from: DataView, at: number, length: number): number | bigint {
  switch (length) {
    case 1:
      return from.getUint8(at);
    case 2:
      return from.getUint16(at);
    case 4:
      return from.getUint32(at);
    case 16:
      return (from.getBigUint64(at) << 64n) | from.getBigUint64(at + 8);
    default:
      throw new Error(`no number has ${length} bytes`);
  }
}
