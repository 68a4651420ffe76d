import { Buffer } from 'node:buffer';
import { unreachable } from '@ringfence/core';
import { encodeInitiation, type Initiation, initiationIn, padded } from './initiation.ts';

/** A part of an SCTP packet. Those that nobody needs here are `unknown`, and kept as they are. */
export type Chunk =
  | ({ readonly kind: 'init' | 'initAck' } & Initiation)
  | { readonly kind: 'cookieEcho'; readonly cookie: Uint8Array }
  | { readonly kind: 'cookieAck' }
  /** `reflected`: the packet has the tag of the one that it is about; its sender knows no other. */
  | { readonly kind: 'abort'; readonly reflected: boolean }
  /** A message in one piece, on the first stream. */
  | { readonly kind: 'data'; readonly tsn: number; readonly payload: Uint8Array }
  | {
      readonly kind: 'unknown';
      readonly type: number;
      readonly flags: number;
      readonly value: Uint8Array;
    };

const DATA = 0;
const INIT = 1;
const INIT_ACK = 2;
const ABORT = 6;
const COOKIE_ECHO = 10;
const COOKIE_ACK = 11;

/** Flags of DATA: the first and the last piece of a message, in one. */
const WHOLE = 0x03;
/** A flag of ABORT: the T bit. */
const REFLECTED = 0x01;

const HEADER = 4;
/** Behind it: TSN, stream, number in the stream, and what the payload is. */
const DATA_HEADER = 12;
const NOTHING = new Uint8Array(0);

/** Writes a chunk, filled up to a multiple of four bytes. */
export function encodeChunk(chunk: Chunk): Uint8Array {
  switch (chunk.kind) {
    case 'init':
      return frame(INIT, 0, encodeInitiation(chunk));
    case 'initAck':
      return frame(INIT_ACK, 0, encodeInitiation(chunk));
    case 'cookieEcho':
      return frame(COOKIE_ECHO, 0, chunk.cookie);
    case 'cookieAck':
      return frame(COOKIE_ACK, 0, NOTHING);
    case 'abort':
      return frame(ABORT, chunk.reflected ? REFLECTED : 0, NOTHING);
    case 'data':
      return frame(DATA, WHOLE, encodeData(chunk.tsn, chunk.payload));
    case 'unknown':
      return frame(chunk.type, chunk.flags, chunk.value);
    default:
      return unreachable(chunk);
  }
}

function frame(type: number, flags: number, value: Uint8Array): Uint8Array {
  const length = HEADER + value.length;
  const bytes = Buffer.alloc(padded(length));
  bytes.writeUInt8(type, 0);
  bytes.writeUInt8(flags, 1);
  bytes.writeUInt16BE(length, 2);
  bytes.set(value, HEADER);
  return bytes;
}

function encodeData(tsn: number, payload: Uint8Array): Uint8Array {
  const header = Buffer.alloc(DATA_HEADER);
  header.writeUInt32BE(tsn, 0);
  return Buffer.concat([header, payload]);
}

/** Reads chunks up to the end; `undefined` when one of them is malformed. Total. */
export function chunksIn(bytes: Buffer): readonly Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + HEADER > bytes.length) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (length < HEADER || at + length > bytes.length) return undefined;
    const value = bytes.subarray(at + HEADER, at + length);
    const chunk = chunkIn(bytes.readUInt8(at), bytes.readUInt8(at + 1), value);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
    at += padded(length);
  }
  return chunks;
}

function chunkIn(type: number, flags: number, value: Buffer): Chunk | undefined {
  if (type === INIT || type === INIT_ACK) {
    const initiation = initiationIn(value);
    if (initiation === undefined) return undefined;
    return { kind: type === INIT ? 'init' : 'initAck', ...initiation };
  }
  if (type === COOKIE_ECHO) return { kind: 'cookieEcho', cookie: Uint8Array.from(value) };
  if (type === COOKIE_ACK) return { kind: 'cookieAck' };
  if (type === ABORT) return { kind: 'abort', reflected: (flags & REFLECTED) !== 0 };
  if (type === DATA && (flags & WHOLE) === WHOLE) {
    if (value.length < DATA_HEADER) return undefined;
    const payload = Uint8Array.from(value.subarray(DATA_HEADER));
    return { kind: 'data', tsn: value.readUInt32BE(0), payload };
  }
  return { kind: 'unknown', type, flags, value: Uint8Array.from(value) };
}
