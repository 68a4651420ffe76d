import { Buffer } from 'node:buffer';

/** Attributes that hold other attributes carry this bit in their type. */
const NESTED = 0x8000;
const ALIGNMENT = 4;
/** An attribute's length is two bytes. */
const LONGEST_ATTRIBUTE = 0xffff;

/**
 * Builds the body of a message: a fixed header, then attributes. Numbers are little-endian, as this
 * machine has them, unless the name says `BE`, which is network order.
 */
export class Writer {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written from a place on; later writes do not change it. */
  bytes(from: number = 0): Buffer {
    return Buffer.from(this.#bytes.subarray(from, this.#length));
  }

  u8(value: number): this {
    this.#length = this.#room(1).writeUInt8(value, this.#length);
    return this;
  }

  u16(value: number): this {
    this.#length = this.#room(2).writeUInt16LE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#length = this.#room(4).writeUInt32LE(value, this.#length);
    return this;
  }

  i32(value: number): this {
    this.#length = this.#room(4).writeInt32LE(value, this.#length);
    return this;
  }

  u16BE(value: number): this {
    this.#length = this.#room(2).writeUInt16BE(value, this.#length);
    return this;
  }

  raw(value: Uint8Array): this {
    this.#room(value.length).set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** An attribute that is bytes. */
  attribute(type: number, value: Uint8Array): this {
    this.#header(type, value.length);
    return this.raw(value).#pad();
  }

  /** An attribute without a value: it is there. */
  flag(type: number): this {
    return this.attribute(type, new Uint8Array(0));
  }

  u8Attribute(type: number, value: number): this {
    this.#header(type, 1);
    return this.u8(value).#pad();
  }

  u16Attribute(type: number, value: number): this {
    this.#header(type, 2);
    return this.u16(value).#pad();
  }

  u32Attribute(type: number, value: number): this {
    this.#header(type, 4);
    return this.u32(value);
  }

  /** A number in network order. */
  u16BEAttribute(type: number, value: number): this {
    this.#header(type, 2);
    return this.u16BE(value).#pad();
  }

  /** A number in network order: what nf_tables wants. */
  u32BEAttribute(type: number, value: number): this {
    this.#header(type, 4);
    this.#length = this.#room(4).writeUInt32BE(value, this.#length);
    return this;
  }

  /** A 64-bit number in network order. */
  u64BEAttribute(type: number, value: bigint): this {
    this.#header(type, 8);
    this.#length = this.#room(8).writeBigUInt64BE(value, this.#length);
    return this;
  }

  /** A text that ends with a zero byte. */
  stringAttribute(type: number, value: string): this {
    const length = Buffer.byteLength(value) + 1;
    this.#header(type, length);
    return this.text(value, length).#pad();
  }

  /** A text that ends with a zero byte, in so many bytes with it. */
  text(value: string, length: number): this {
    this.#room(length).write(value, this.#length, length - 1, 'utf8');
    this.#length += length - 1;
    return this.u8(0);
  }

  /** An attribute of so many bytes, which `write` writes. */
  sizedAttribute(type: number, length: number, write: (inside: this) => void): this {
    this.#header(type, length);
    write(this);
    return this.#pad();
  }

  /** An attribute that holds what `write` writes. */
  nest(type: number, write: (inside: this) => void): this {
    const start = this.#length;
    this.#header(type | NESTED, 0);
    write(this);
    const length = this.#length - start;
    if (length > LONGEST_ATTRIBUTE) throw new RangeError(`attribute ${type} has ${length} bytes`);
    this.#bytes.writeUInt16LE(length, start);
    return this;
  }

  #header(type: number, length: number): void {
    if (length + ALIGNMENT > LONGEST_ATTRIBUTE) {
      throw new RangeError(`attribute ${type} has ${length} bytes`);
    }
    this.u16(length + ALIGNMENT).u16(type);
  }

  #pad(): this {
    while (this.#length % ALIGNMENT !== 0) this.u8(0);
    return this;
  }

  #room(bytes: number): Buffer {
    if (this.#length + bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + bytes));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}
