import type { Buffer } from 'node:buffer';
import { attributeMap, numberBEIn, stringIn } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { MalformedAnswer } from '../kernel-error.ts';

/** A packet that a rule logged. */
export interface LoggedPacket {
  /** What the rule says about it; empty where it says nothing. */
  readonly prefix: string;
  /** The netfilter family that it was seen in: 2 is IPv4, 10 IPv6, 5 a device, 7 a bridge. */
  readonly family: number;
  /** The number of the hook, whose meaning depends on the family. */
  readonly hook: number;
  /** The index of the link that it came in by. */
  readonly inLink: number | undefined;
  /** The index of the link that it goes out by. */
  readonly outLink: number | undefined;
  /** Zero where it has none. */
  readonly mark: number;
  /** Its number among the packets of the group; after 2^32 - 1 comes 0. */
  readonly sequence: number | undefined;
  /** As on Ethernet: 0x0800 is IPv4, 0x86dd IPv6. */
  readonly hardwareProtocol: number;
  /**
   * The beginning of the packet, from its network header on: as much as was asked for. It keeps the
   * packets alive that came with it.
   */
  readonly payload: Buffer;
  /** When it was received, in ms since 1970. The kernel tells it for packets from outside. */
  readonly timestampMs: number | undefined;
}

/** `(NFNL_SUBSYS_ULOG << 8) | NFULNL_MSG_PACKET`. */
export const NFULNL_MSG_PACKET = 0x0400;

/** `struct nfgenmsg`, which precedes the attributes. */
const NFGENMSG = 4;

const NFULA_PACKET_HDR = 1;
const NFULA_MARK = 2;
const NFULA_TIMESTAMP = 3;
const NFULA_IFINDEX_INDEV = 4;
const NFULA_IFINDEX_OUTDEV = 5;
const NFULA_PAYLOAD = 9;
const NFULA_PREFIX = 10;
const NFULA_SEQ = 12;

/**
 * Reads a message of type `NFULNL_MSG_PACKET`.
 *
 * @throws {MalformedAnswer}
 */
export function decodeLoggedPacket({ body }: Answer): LoggedPacket {
  const said = attributeMap(body, NFGENMSG);
  const header = said.get(NFULA_PACKET_HDR);
  if (header === undefined || header.length < 3) {
    throw new MalformedAnswer('a logged packet has no header');
  }
  const number = (type: number): number | undefined => {
    const value = said.get(type);
    return value === undefined ? undefined : numberBEIn(value);
  };
  const prefix = said.get(NFULA_PREFIX);
  return {
    prefix: prefix === undefined ? '' : stringIn(prefix),
    family: body.readUInt8(0),
    hook: header.readUInt8(2),
    inLink: number(NFULA_IFINDEX_INDEV),
    outLink: number(NFULA_IFINDEX_OUTDEV),
    mark: number(NFULA_MARK) ?? 0,
    sequence: number(NFULA_SEQ),
    hardwareProtocol: header.readUInt16BE(0),
    payload: said.get(NFULA_PAYLOAD) ?? body.subarray(body.length),
    timestampMs: timestampIn(said.get(NFULA_TIMESTAMP)),
  };
}

/** `struct nfulnl_msg_packet_timestamp`: seconds and microseconds. */
function timestampIn(value: Buffer | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (value.length !== 16) throw new MalformedAnswer(`a timestamp has ${value.length} bytes`);
  return Number(value.readBigUInt64BE(0)) * 1_000 + Number(value.readBigUInt64BE(8)) / 1_000;
}
