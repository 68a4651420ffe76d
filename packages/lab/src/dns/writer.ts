import { Buffer } from 'node:buffer';
import { type DomainName, lowerCase } from './name.ts';

/** Builds one message from its first byte to its last; numbers are in network order. */
export interface MessageWriter {
  length(): number;
  u8(value: number): void;
  u16(value: number): void;
  u32(value: number): void;
  u64(value: bigint): void;
  text(value: string): void;
  /**
   * A name; as far as the message has had its end before, it points there.
   *
   * @param whole never points: SRV wants its target so (RFC 2782).
   */
  name(value: DomainName, whole?: boolean): void;
  /** Sets a number that was written before. */
  setU16(at: number, value: number): void;
  /** Takes back what was written from here on; no name may follow that points into it. */
  cut(length: number): void;
  /** What was written; later writes change it. */
  bytes(): Uint8Array;
}

const FIRST_ROOM = 512;
/** Pointers have 14 bits. */
const FARTHEST_POINTER = 0x3fff;
const POINTER = 0xc000;

/** Makes a writer that has written nothing. */
export function createWriter(): MessageWriter {
  let buffer = Buffer.allocUnsafe(FIRST_ROOM);
  let length = 0;
  /** Where each ending of a name was written: by its bytes in lower case. */
  const offsets = new Map<string, number>();

  const room = (bytes: number): Buffer => {
    if (length + bytes > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    return buffer;
  };
  const u8 = (value: number): void => {
    length = room(1).writeUInt8(value, length);
  };
  const u16 = (value: number): void => {
    length = room(2).writeUInt16BE(value, length);
  };
  const text = (value: string): void => {
    length += room(value.length).write(value, length, 'latin1');
  };

  return {
    length: () => length,
    u8,
    u16,
    u32(value) {
      length = room(4).writeUInt32BE(value, length);
    },
    u64(value) {
      length = room(8).writeBigUInt64BE(value, length);
    },
    text,
    name(value, whole = false) {
      const compared = lowerCase(value);
      for (const [index, label] of value.entries()) {
        const key = keyOf(compared, index);
        const known = whole ? undefined : offsets.get(key);
        if (known !== undefined) return u16(POINTER | known);
        if (length <= FARTHEST_POINTER && !offsets.has(key)) offsets.set(key, length);
        u8(label.length);
        text(label);
      }
      u8(0);
    },
    setU16(at, value) {
      buffer.writeUInt16BE(value, at);
    },
    cut(to) {
      length = to;
    },
    bytes: () => buffer.subarray(0, length),
  };
}

/** Labels may hold any byte: only their lengths say where they end. */
function keyOf(name: DomainName, from: number): string {
  let key = '';
  for (let index = from; index < name.length; index += 1) {
    const label = name[index] ?? '';
    key += String.fromCharCode(label.length) + label;
  }
  return key;
}
