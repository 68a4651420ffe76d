import type { Buffer } from 'node:buffer';
import { stringIn } from '../codec/attributes.ts';
import { type Answer, NLM_F_CREATE, NLM_F_EXCL } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { Errand, NetlinkSocket } from '../socket.ts';
import { type IpFamily, type IpPrefix, ipBytes } from '../ip-text.ts';
import { linkName } from './link-message.ts';
import { listByFamily } from './list-by-family.ts';
import {
  familyNumber,
  familyNumbered,
  RTM_DELRULE,
  RTM_GETRULE,
  RTM_NEWRULE,
} from './rtnetlink.ts';
import { attributesBehind, prefixOf, u32Of } from './strict.ts';

/** Which routing table is asked for which packets. */
export interface Rule {
  readonly family: IpFamily;
  /** Lower ones are asked first. */
  readonly priority: number;
  /** 0 for a rule that does something else than asking a table. */
  readonly table: number;
  /** Compared with the packet's mark where `fwmask` has ones. */
  readonly fwmark: number;
  /** 0 for any mark. */
  readonly fwmask: number;
  readonly source: IpPrefix;
  readonly destination: IpPrefix;
  /** The name of the link that the packet came by; empty for any. */
  readonly iif: string;
}

/** A rule to add; or to delete, then the first one that agrees with all that is given. */
export interface RuleKey {
  readonly family: IpFamily;
  readonly priority: number;
  readonly table: number;
  readonly fwmark?: number;
  /** All ones when absent. */
  readonly fwmask?: number;
  readonly source?: IpPrefix;
  readonly destination?: IpPrefix;
  readonly iif?: string;
}

/** `struct fib_rule_hdr`. */
const HEADER = 12;
const FRA_DST = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_FWMARK = 10;
const FRA_TABLE = 15;
const FRA_FWMASK = 16;
const FR_ACT_TO_TBL = 1;

/** Lists the rules, in the order in which the kernel asks them; IPv4, then IPv6. */
export function rules(socket: NetlinkSocket): readonly Rule[] {
  return listByFamily(socket, {
    type: RTM_GETRULE,
    object: 'rules',
    body: (family) =>
      new Writer()
        .u8(family)
        .raw(new Uint8Array(HEADER - 1))
        .bytes(),
    decode: decodeRule,
  });
}

/** Adds a rule. @throws {KernelError} `EEXIST` when there is the same one. */
export function addRule(socket: NetlinkSocket, rule: RuleKey): void {
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  const errand = errandFor('add rule', rule);
  socket.request({ type: RTM_NEWRULE, flags, body: ruleBody(rule) }, errand);
}

/** Deletes a rule. @throws {KernelError} `ENOENT` when there is none. */
export function deleteRule(socket: NetlinkSocket, rule: RuleKey): void {
  const errand = errandFor('delete rule', rule);
  socket.request({ type: RTM_DELRULE, flags: 0, body: ruleBody(rule) }, errand);
}

function decodeRule(answer: Answer): Rule | undefined {
  const attributes = attributesBehind(HEADER, answer);
  const { body } = answer;
  const family = familyNumbered(body[0]);
  if (family === undefined) return undefined;
  const iif = attributes.get(FRA_IIFNAME);
  return {
    family,
    priority: u32Of(attributes, FRA_PRIORITY),
    table: u32Of(attributes, FRA_TABLE, body.readUInt8(4)),
    fwmark: u32Of(attributes, FRA_FWMARK),
    fwmask: u32Of(attributes, FRA_FWMASK),
    source: prefixOf(attributes, FRA_SRC, { family, prefix: body.readUInt8(2) }),
    destination: prefixOf(attributes, FRA_DST, { family, prefix: body.readUInt8(1) }),
    iif: iif === undefined ? '' : stringIn(iif),
  };
}

function ruleBody(rule: RuleKey): Buffer {
  const { family, priority, table, fwmark, fwmask, source, destination, iif } = rule;
  const body = new Writer()
    .u8(familyNumber(family))
    .u8(destination?.prefix ?? 0)
    .u8(source?.prefix ?? 0)
    .u8(0)
    .u8(0)
    .u16(0)
    .u8(FR_ACT_TO_TBL)
    .u32(0)
    .u32Attribute(FRA_PRIORITY, priority)
    .u32Attribute(FRA_TABLE, table);
  if (source !== undefined) body.attribute(FRA_SRC, ipBytes(source.address));
  if (destination !== undefined) body.attribute(FRA_DST, ipBytes(destination.address));
  if (iif !== undefined) body.stringAttribute(FRA_IIFNAME, linkName(iif));
  if (fwmark !== undefined) body.u32Attribute(FRA_FWMARK, fwmark);
  if (fwmask !== undefined) body.u32Attribute(FRA_FWMASK, fwmask);
  return body.bytes();
}

function errandFor(operation: string, { priority, table }: RuleKey): Errand {
  return { operation, object: `${priority} to table ${table}` };
}
