import type { Writer } from '../../codec/writer.ts';
import { type Fields, numberField, textField } from '../fields.ts';
import { nameOf, numberOf } from '../names.ts';

/** Sends the packet to the programs that listen to a group of NFLOG. */
export interface Log {
  readonly kind: 'log';
  readonly group: number;
  /** At most 127 bytes. */
  readonly prefix: string;
  /** How many bytes of the packet; `all` sends it whole. */
  readonly snaplen: number | 'all';
  /** How many packets wait until they are sent together; 0 leaves it to the listener. */
  readonly qthreshold: number;
}

/** How urgent the kernel's log takes a line to be. */
const LOG_LEVELS = [
  'emerg',
  'alert',
  'crit',
  'err',
  'warning',
  'notice',
  'info',
  'debug',
  'audit',
] as const;

/** Writes a line about the packet into the kernel's own log. */
export interface Syslog {
  readonly kind: 'syslog';
  readonly prefix: string;
  readonly level: (typeof LOG_LEVELS)[number];
  /** What is told besides: `NF_LOG_TCPSEQ` and so on. */
  readonly flags: number;
}

const NFTA_LOG_GROUP = 1;
const NFTA_LOG_PREFIX = 2;
const NFTA_LOG_SNAPLEN = 3;
const NFTA_LOG_QTHRESHOLD = 4;
const NFTA_LOG_LEVEL = 5;
const NFTA_LOG_FLAGS = 6;

/** Writes the attributes. */
export function writeLog(into: Writer, { group, prefix, snaplen, qthreshold }: Log): void {
  into.u16BEAttribute(NFTA_LOG_GROUP, group);
  writePrefix(into, prefix);
  if (snaplen !== 'all') into.u32BEAttribute(NFTA_LOG_SNAPLEN, snaplen);
  if (qthreshold !== 0) into.u16BEAttribute(NFTA_LOG_QTHRESHOLD, qthreshold);
}

/** Writes the attributes. */
export function writeSyslog(into: Writer, { prefix, level, flags }: Syslog): void {
  writePrefix(into, prefix);
  into.u32BEAttribute(NFTA_LOG_LEVEL, numberOf(LOG_LEVELS, level));
  if (flags !== 0) into.u32BEAttribute(NFTA_LOG_FLAGS, flags);
}

/** Reads either of the two. */
export function readLog(fields: Fields): Log | Syslog | undefined {
  const prefix = textField(fields, NFTA_LOG_PREFIX, '');
  if (fields.has(NFTA_LOG_GROUP)) {
    return {
      kind: 'log',
      group: numberField(fields, NFTA_LOG_GROUP),
      prefix,
      snaplen: fields.has(NFTA_LOG_SNAPLEN) ? numberField(fields, NFTA_LOG_SNAPLEN) : 'all',
      qthreshold: numberField(fields, NFTA_LOG_QTHRESHOLD, 0),
    };
  }
  const level = nameOf(LOG_LEVELS, numberField(fields, NFTA_LOG_LEVEL));
  if (level === undefined) return undefined;
  return { kind: 'syslog', prefix, level, flags: numberField(fields, NFTA_LOG_FLAGS, 0) };
}

/** The kernel refuses an empty prefix. */
function writePrefix(into: Writer, prefix: string): void {
  if (prefix !== '') into.stringAttribute(NFTA_LOG_PREFIX, prefix);
}
