import { Buffer } from 'node:buffer';

/** What INIT and INIT ACK say of their sender. */
export interface Initiation {
  /** The verification tag that packets to the sender have to carry; 0 is none. */
  readonly initiateTag: number;
  /** How much the sender is ready to receive, in bytes. */
  readonly window: number;
  readonly outboundStreams: number;
  readonly inboundStreams: number;
  readonly initialTsn: number;
  readonly parameters: readonly Parameter[];
}

/** Something more that INIT or INIT ACK say. */
interface Parameter {
  readonly type: number;
  readonly value: Uint8Array;
}

/** The type of the parameter with which INIT ACK hands over what COOKIE ECHO gives back. */
export const STATE_COOKIE = 7;

const FIXED = 16;
const PARAMETER_HEADER = 4;

/** Writes what follows the chunk's header. */
export function encodeInitiation(initiation: Initiation): Uint8Array {
  const fixed = Buffer.alloc(FIXED);
  fixed.writeUInt32BE(initiation.initiateTag, 0);
  fixed.writeUInt32BE(initiation.window, 4);
  fixed.writeUInt16BE(initiation.outboundStreams, 8);
  fixed.writeUInt16BE(initiation.inboundStreams, 10);
  fixed.writeUInt32BE(initiation.initialTsn, 12);
  const parameters = initiation.parameters.map(({ type, value }, index) => {
    // What fills up the last one is the chunk's.
    const last = index === initiation.parameters.length - 1;
    const length = PARAMETER_HEADER + value.length;
    const bytes = Buffer.alloc(last ? length : padded(length));
    bytes.writeUInt16BE(type, 0);
    bytes.writeUInt16BE(length, 2);
    bytes.set(value, PARAMETER_HEADER);
    return bytes;
  });
  return Buffer.concat([fixed, ...parameters]);
}

/** Reads what follows the chunk's header; `undefined` when it is malformed. Total. */
export function initiationIn(bytes: Buffer): Initiation | undefined {
  if (bytes.length < FIXED) return undefined;
  const parameters = parametersIn(bytes.subarray(FIXED));
  if (parameters === undefined) return undefined;
  return {
    initiateTag: bytes.readUInt32BE(0),
    window: bytes.readUInt32BE(4),
    outboundStreams: bytes.readUInt16BE(8),
    inboundStreams: bytes.readUInt16BE(10),
    initialTsn: bytes.readUInt32BE(12),
    parameters,
  };
}

function parametersIn(bytes: Buffer): readonly Parameter[] | undefined {
  const parameters: Parameter[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + PARAMETER_HEADER > bytes.length) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (length < PARAMETER_HEADER || at + length > bytes.length) return undefined;
    const value = Uint8Array.from(bytes.subarray(at + PARAMETER_HEADER, at + length));
    parameters.push({ type: bytes.readUInt16BE(at), value });
    at += padded(length);
  }
  return parameters;
}

/** A length with what fills it up to a multiple of four bytes. */
export function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
