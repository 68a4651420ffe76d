import { Buffer } from 'node:buffer';
import { MalformedAnswer } from '../kernel-error.ts';

/** A message to the kernel. */
export interface Request {
  readonly type: number;
  /** Besides `NLM_F_REQUEST`, which every request carries. */
  readonly flags: number;
  readonly body: Buffer;
}

/** A message from the kernel. */
export interface Answer {
  readonly type: number;
  readonly flags: number;
  /** That of the request; 0 in notifications. */
  readonly sequence: number;
  /** Of the socket whose request it answers or tells of; 0 where it was none's. */
  readonly port?: number;
  readonly body: Buffer;
}

export const NLM_F_REQUEST = 0x001;
export const NLM_F_MULTI = 0x002;
export const NLM_F_ACK = 0x004;
export const NLM_F_DUMP_INTR = 0x010;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
/** In requests that read. */
export const NLM_F_DUMP = 0x300;
/** In requests that write. */
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** `struct nlmsghdr`: length, type, flags, sequence, port. */
const HEADER = 16;

/** The bytes of a request. */
export function encodeRequest({ type, flags, body }: Request, sequence: number): Buffer {
  const length = HEADER + body.length;
  // Out of Node's pool: zeroed memory of its own costs as much as all the rest.
  const bytes = Buffer.allocUnsafe((length + 3) & ~3).fill(0, length);
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags | NLM_F_REQUEST, 6);
  bytes.writeUInt32LE(sequence, 8);
  bytes.writeUInt32LE(0, 12);
  bytes.set(body, HEADER);
  return bytes;
}

/**
 * Reads the messages of one datagram.
 *
 * @throws {MalformedAnswer} when one reaches beyond the end.
 */
export function* decodeAnswers(bytes: Buffer): Generator<Answer> {
  let at = 0;
  while (at < bytes.length) {
    if (at + HEADER > bytes.length) throw new MalformedAnswer('a message is cut off');
    const length = bytes.readUInt32LE(at);
    if (length < HEADER || at + length > bytes.length) {
      throw new MalformedAnswer(`a message has the impossible length ${length}`);
    }
    yield {
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      port: bytes.readUInt32LE(at + 12),
      body: bytes.subarray(at + HEADER, at + length),
    };
    at += (length + 3) & ~3;
  }
}
