import { type DomainName, readName } from './name.ts';
import { type ResourceRecord, TYPE, writeRecord } from './record.ts';
import { createWriter, type MessageWriter } from './writer.ts';

/** What every message begins with. */
export interface Header {
  readonly id: number;
  readonly isResponse: boolean;
  /** 0 is a standard query. */
  readonly opcode: number;
  readonly recursionDesired: boolean;
}

export interface Question {
  /** In the case in which it was asked. */
  readonly name: DomainName;
  readonly type: number;
  readonly class: number;
}

/** What a client says about itself in an OPT record (RFC 6891). */
interface Edns {
  /** The longest answer that it takes over UDP. */
  readonly udpBytes: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

export interface Query {
  readonly question: Question;
  readonly edns: Edns | undefined;
}

export type ResponseCode = keyof typeof CODES;

export interface Response {
  readonly code: ResponseCode;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  /** Left out where there is no room for it. */
  readonly additional: readonly ResourceRecord[];
}

const CODES = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  badVersion: 16,
} as const;

const HEADER_BYTES = 12;
const RESPONSE = 0x8000;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;
const DNSSEC_OK = 0x8000;
/** An OPT record without options: root, type, size, code and flags, no data. */
const OPT_BYTES = 11;
/** What arrives unfragmented wherever IPv6 does. */
const OWN_UDP_BYTES = 1_232;

/** Reads the header of a message; `undefined` where there is none. */
export function decodeHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const flags = u16(bytes, 2);
  return {
    id: u16(bytes, 0),
    isResponse: (flags & RESPONSE) !== 0,
    opcode: (flags >> 11) & 0xf,
    recursionDesired: (flags & RECURSION_DESIRED) !== 0,
  };
}

/**
 * Reads what a query asks, and what its client can take.
 *
 * Total. Other records than OPT are passed over.
 *
 * @returns `undefined` unless all of it is one well-formed message with one question.
 */
export function decodeQuery(bytes: Uint8Array): Query | undefined {
  if (bytes.length < HEADER_BYTES || u16(bytes, 4) !== 1) return undefined;
  const asked = readName(bytes, HEADER_BYTES);
  if (asked === undefined || asked.next + 4 > bytes.length) return undefined;
  const { name, next } = asked;
  const question = { name, type: u16(bytes, next), class: u16(bytes, next + 2) };
  const plain = u16(bytes, 6) + u16(bytes, 8);
  const count = plain + u16(bytes, 10);
  let edns: Edns | undefined;
  let at = next + 4;
  for (let index = 0; index < count; index += 1) {
    const record = readRecord(bytes, at);
    if (record === undefined) return undefined;
    if (record.type === TYPE.OPT) {
      if (edns !== undefined || index < plain || record.name.length > 0) return undefined;
      edns = ednsAt(bytes, record.body);
    }
    at = record.next;
  }
  return at === bytes.length ? { question, edns } : undefined;
}

interface PassedRecord {
  readonly name: DomainName;
  readonly type: number;
  /** Where its class stands, and what follows. */
  readonly body: number;
  readonly next: number;
}

function readRecord(bytes: Uint8Array, at: number): PassedRecord | undefined {
  const head = readName(bytes, at);
  if (head === undefined || head.next + 10 > bytes.length) return undefined;
  const next = head.next + 10 + u16(bytes, head.next + 8);
  if (next > bytes.length) return undefined;
  return { name: head.name, type: u16(bytes, head.next), body: head.next + 2, next };
}

function ednsAt(bytes: Uint8Array, at: number): Edns {
  return {
    udpBytes: u16(bytes, at),
    version: bytes[at + 3] ?? 0,
    dnssecOk: (u16(bytes, at + 4) & DNSSEC_OK) !== 0,
  };
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/**
 * Writes the answer to a query, in at most so many bytes: first what is additional stays away, then
 * the last answers, and the client is told to ask again over TCP.
 *
 * @param query absent where it could not be read, or was not looked at.
 * @param mostBytes no less than 512, so that header and question always fit.
 */
export function encodeResponse(
  { header, query }: { readonly header: Header; readonly query: Query | undefined },
  response: Response,
  mostBytes: number,
): Uint8Array {
  const into = createWriter();
  writeHeader(into, header, response);
  if (query !== undefined) {
    into.setU16(4, 1);
    into.name(query.question.name);
    into.u16(query.question.type);
    into.u16(query.question.class);
  }
  const edns = query?.edns;
  const room = mostBytes - (edns === undefined ? 0 : OPT_BYTES);
  const required = [response.answers, response.authority];
  let isWhole = true;
  for (const [index, records] of [...required, response.additional].entries()) {
    isWhole = writeSection(into, { records, countAt: 6 + index * 2, room });
    // What was taken back may be pointed to: nothing with a name comes after it.
    if (isWhole) continue;
    if (index < required.length) into.setU16(2, flagsOf(header, response) | TRUNCATED);
    break;
  }
  if (edns !== undefined) writeOpt(into, edns, response.code);
  return into.bytes();
}

function writeHeader(into: MessageWriter, header: Header, response: Response): void {
  into.u16(header.id);
  into.u16(flagsOf(header, response));
  // Counts, set when it is known what fits.
  for (let count = 0; count < 4; count += 1) into.u16(0);
}

function flagsOf({ opcode, recursionDesired }: Header, response: Response): number {
  return (
    RESPONSE |
    (opcode << 11) |
    (response.authoritative ? AUTHORITATIVE : 0) |
    (recursionDesired ? RECURSION_DESIRED : 0) |
    RECURSION_AVAILABLE |
    (CODES[response.code] & 0xf)
  );
}

/** Writes records as long as there is room; tells whether all had some. */
function writeSection(
  into: MessageWriter,
  {
    records,
    countAt,
    room,
  }: {
    readonly records: readonly ResourceRecord[];
    /** Where in the header it stands how many there are. */
    readonly countAt: number;
    readonly room: number;
  },
): boolean {
  let count = 0;
  for (const record of records) {
    const before = into.length();
    writeRecord(into, record);
    if (into.length() > room) {
      into.cut(before);
      break;
    }
    count += 1;
  }
  into.setU16(countAt, count);
  return count === records.length;
}

/** The upper bits of the code are in what would be the time to live. */
function writeOpt(into: MessageWriter, { dnssecOk }: Edns, code: ResponseCode): void {
  into.setU16(10, u16(into.bytes(), 10) + 1);
  into.u8(0);
  into.u16(TYPE.OPT);
  into.u16(OWN_UDP_BYTES);
  into.u8(CODES[code] >> 4);
  into.u8(0);
  into.u16(dnssecOk ? DNSSEC_OK : 0);
  into.u16(0);
}
