import { Buffer } from 'node:buffer';
import { type Chunk, chunksIn, encodeChunk } from './chunk.ts';
import { crc32c } from './crc32c.ts';

/** SCTP's number in IP headers. */
export const IPPROTO_SCTP = 132;

/** An SCTP packet, as it stands behind an IP header. */
export interface SctpPacket {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** What its receiver told its sender to write; 0 as long as the sender was told nothing. */
  readonly tag: number;
  readonly chunks: readonly Chunk[];
}

const HEADER = 12;
const CHECKSUM = 8;

/** Writes a packet with its checksum. */
export function encodePacket({ sourcePort, destinationPort, tag, chunks }: SctpPacket): Uint8Array {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(sourcePort, 0);
  header.writeUInt16BE(destinationPort, 2);
  header.writeUInt32BE(tag, 4);
  const bytes = Buffer.concat([header, ...chunks.map(encodeChunk)]);
  bytes.writeUInt32LE(crc32c(bytes), CHECKSUM);
  return bytes;
}

/** Reads a packet; `undefined` when it is malformed, or its checksum is wrong. Total. */
export function packetIn(bytes: Uint8Array): SctpPacket | undefined {
  if (bytes.length < HEADER) return undefined;
  const copy = Buffer.from(bytes);
  const checksum = copy.readUInt32LE(CHECKSUM);
  copy.writeUInt32LE(0, CHECKSUM);
  if (crc32c(copy) !== checksum) return undefined;
  const chunks = chunksIn(copy.subarray(HEADER));
  if (chunks === undefined || chunks.length === 0) return undefined;
  return {
    sourcePort: copy.readUInt16BE(0),
    destinationPort: copy.readUInt16BE(2),
    tag: copy.readUInt32BE(4),
    chunks,
  };
}
