import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';
import { type Register, registerField, writeRegister } from '../register.ts';

/** The headers that offsets count from. */
const PAYLOAD_BASES = ['link_layer', 'network', 'transport', 'inner'] as const;
/** How a checksum is kept right. */
const CHECKSUM_TYPES = ['none', 'inet', 'sctp'] as const;

/** Bytes of a packet. */
interface PayloadPart {
  readonly base: (typeof PAYLOAD_BASES)[number];
  readonly offset: number;
  readonly length: number;
}

/** Loads bytes of the packet. */
export interface Payload extends PayloadPart {
  readonly kind: 'payload';
  readonly destination: Register;
}

/** Overwrites bytes of the packet. */
export interface SetPayload extends PayloadPart {
  readonly kind: 'setPayload';
  readonly source: Register;
  readonly checksum: {
    readonly type: (typeof CHECKSUM_TYPES)[number];
    /** Where it is, counted from the same header. */
    readonly offset: number;
    /** The bytes count for the transport header's checksum, too. */
    readonly pseudoHeader: boolean;
  };
}

const NFTA_PAYLOAD_DREG = 1;
const NFTA_PAYLOAD_BASE = 2;
const NFTA_PAYLOAD_OFFSET = 3;
const NFTA_PAYLOAD_LEN = 4;
const NFTA_PAYLOAD_SREG = 5;
const NFTA_PAYLOAD_CSUM_TYPE = 6;
const NFTA_PAYLOAD_CSUM_OFFSET = 7;
const NFTA_PAYLOAD_CSUM_FLAGS = 8;
const NFT_PAYLOAD_L4CSUM_PSEUDOHDR = 1;

/** Writes the attributes. */
export function writePayload(into: Writer, payload: Payload): void {
  writeRegister(into, NFTA_PAYLOAD_DREG, payload.destination);
  writePart(into, payload);
}

/** Writes the attributes. */
export function writeSetPayload(into: Writer, payload: SetPayload): void {
  const { type, offset, pseudoHeader } = payload.checksum;
  writeRegister(into, NFTA_PAYLOAD_SREG, payload.source);
  writePart(into, payload);
  into.u32BEAttribute(NFTA_PAYLOAD_CSUM_TYPE, numberOf(CHECKSUM_TYPES, type));
  into.u32BEAttribute(NFTA_PAYLOAD_CSUM_OFFSET, offset);
  into.u32BEAttribute(NFTA_PAYLOAD_CSUM_FLAGS, pseudoHeader ? NFT_PAYLOAD_L4CSUM_PSEUDOHDR : 0);
}

/** Reads either of the two. */
export function readPayload(fields: Fields): Payload | SetPayload | undefined {
  const base = nameOf(PAYLOAD_BASES, numberField(fields, NFTA_PAYLOAD_BASE));
  if (base === undefined) return undefined;
  const offset = numberField(fields, NFTA_PAYLOAD_OFFSET);
  const part = { base, offset, length: numberField(fields, NFTA_PAYLOAD_LEN) };
  if (fields.has(NFTA_PAYLOAD_DREG)) {
    return { kind: 'payload', ...part, destination: registerField(fields, NFTA_PAYLOAD_DREG) };
  }
  const checksum = checksumIn(fields);
  const source = registerField(fields, NFTA_PAYLOAD_SREG);
  return checksum === undefined ? undefined : { kind: 'setPayload', ...part, source, checksum };
}

function writePart(into: Writer, { base, offset, length }: PayloadPart): void {
  into.u32BEAttribute(NFTA_PAYLOAD_BASE, numberOf(PAYLOAD_BASES, base));
  into.u32BEAttribute(NFTA_PAYLOAD_OFFSET, offset).u32BEAttribute(NFTA_PAYLOAD_LEN, length);
}

function checksumIn(fields: Fields): SetPayload['checksum'] | undefined {
  const type = nameOf(CHECKSUM_TYPES, numberField(fields, NFTA_PAYLOAD_CSUM_TYPE, 0));
  if (type === undefined) return undefined;
  const flags = numberField(fields, NFTA_PAYLOAD_CSUM_FLAGS, 0);
  return {
    type,
    offset: numberField(fields, NFTA_PAYLOAD_CSUM_OFFSET, 0),
    pseudoHeader: (flags & NFT_PAYLOAD_L4CSUM_PSEUDOHDR) !== 0,
  };
}
