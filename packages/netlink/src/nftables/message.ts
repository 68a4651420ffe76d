import type { Buffer } from 'node:buffer';
import { attributeMap } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { type Family, familyOf } from './family.ts';
import type { Fields } from './fields.ts';

export const NFNL_SUBSYS_NFTABLES = 10;
/** The multicast group of changes to rulesets. */
export const NFNLGRP_NFTABLES = 7;

export const NFT_MSG_NEWTABLE = 0;
export const NFT_MSG_GETTABLE = 1;
export const NFT_MSG_DELTABLE = 2;
export const NFT_MSG_NEWCHAIN = 3;
export const NFT_MSG_GETCHAIN = 4;
export const NFT_MSG_DELCHAIN = 5;
export const NFT_MSG_NEWRULE = 6;
export const NFT_MSG_GETRULE = 7;
export const NFT_MSG_DELRULE = 8;
export const NFT_MSG_NEWSET = 9;
export const NFT_MSG_GETSET = 10;
export const NFT_MSG_DELSET = 11;
export const NFT_MSG_NEWSETELEM = 12;
export const NFT_MSG_GETSETELEM = 13;
export const NFT_MSG_DELSETELEM = 14;
export const NFT_MSG_NEWGEN = 15;
export const NFT_MSG_GETGEN = 16;
export const NFT_MSG_NEWOBJ = 18;
export const NFT_MSG_DELOBJ = 20;
export const NFT_MSG_NEWFLOWTABLE = 22;
export const NFT_MSG_DELFLOWTABLE = 24;

/** `struct nfgenmsg`: family, version, resource. */
const HEADER = 4;

/** What a message of nf_tables says. */
export interface Told {
  readonly family: Family;
  readonly fields: Fields;
}

/** The netlink type of a message of nf_tables. */
export function messageType(message: number): number {
  return (NFNL_SUBSYS_NFTABLES << 8) | message;
}

/** The body of a message: the header of all netfilter messages, then what `write` writes. */
export function messageBody(
  { family, resource }: { readonly family: number; readonly resource: number },
  write: (body: Writer) => void = () => undefined,
): Buffer {
  const body = new Writer().u8(family).u8(0).u16BE(resource);
  write(body);
  return body.bytes();
}

/** Reads a message about an object of one family. */
export function told({ body }: Answer): Told {
  if (body.length < HEADER) throw new MalformedAnswer('a netfilter message is cut off');
  return { family: familyOf(body.readUInt8(0)), fields: attributeMap(body, HEADER) };
}

/** Reads a message that is about no family. */
export function toldFields({ body }: Answer): Fields {
  return attributeMap(body, HEADER);
}
