import { Buffer } from 'node:buffer';
import { KernelError, type NetlinkSocket } from '@ringfence/netlink';

/** What the kernel answers. */
export type Answer = ReturnType<NetlinkSocket['get']>;

export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;

/** Runs a question; `undefined` where the kernel says by one of these codes that there is no answer. */
export function unless<T>(codes: ReadonlySet<string>, question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    if (error instanceof KernelError && codes.has(error.code)) return undefined;
    throw error;
  }
}

/** Writes a netlink attribute, padded to four bytes. */
export function attribute(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(value, 4);
  return bytes;
}

/** Writes a netlink attribute that is a number of four bytes. */
export function numberAttribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return attribute(type, bytes);
}

/** Reads a text among the attributes behind a header; empty where it is not there. */
export function textAttribute(body: Buffer, header: number, type: number): string {
  for (let at = header; at + 4 <= body.length; ) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    if ((body.readUInt16LE(at + 2) & 0x3fff) === type) {
      return body.toString('utf8', at + 4, at + length).replace(/\0.*$/s, '');
    }
    at += (length + 3) & ~3;
  }
  return '';
}
