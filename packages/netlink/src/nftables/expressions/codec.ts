import type { Buffer } from 'node:buffer';
import { attributesIn } from '../../codec/attributes.ts';
import type { Writer } from '../../codec/writer.ts';
import type { Fields } from '../fields.ts';
import { readBitwise, writeBitwise, writeShift } from './bitwise.ts';
import { readByteorder, writeByteorder } from './byteorder.ts';
import { readCmp, readRangeCheck, writeCmp, writeRangeCheck } from './comparison.ts';
import { readCounter, writeCounter } from './counter.ts';
import { readCt, writeCt, writeSetCt } from './ct.ts';
import { readDynset, writeDynset } from './dynset.ts';
import type { Expression } from './expression.ts';
import { readExthdr, writeExthdr } from './exthdr.ts';
import { readFib, writeFib } from './fib.ts';
import { NFTA_LIST_ELEM, readFrame, writeFrame } from './frame.ts';
import { readImmediate, writeDecide, writeImmediate } from './immediate.ts';
import { readLimit, writeLimit } from './limit.ts';
import { readLog, writeLog, writeSyslog } from './log.ts';
import { readLookup, writeLookup, writeMapLookup } from './lookup.ts';
import { readMeta, writeMeta, writeSetMeta } from './meta.ts';
import {
  readMasquerade,
  readNat,
  readRedirect,
  writeMasquerade,
  writeNat,
  writeRedirect,
} from './nat.ts';
import { readNumgen, writeNumgen } from './numgen.ts';
import { readPayload, writePayload, writeSetPayload } from './payload.ts';
import { readReject, writeReject } from './reject.ts';
import { readSocketMatch, writeSocketMatch } from './socket-match.ts';
import { writeUnknown } from './unknown.ts';

type Kind = Expression['kind'];
type ByKind = { readonly [E in Expression as E['kind']]: E };

/** The expressions of some kinds, in a form that lets the compiler follow a kind to its writer. */
type Of<K extends Kind> = { readonly [P in K]: ByKind[P] & { readonly kind: P } }[K];

type Writers = {
  readonly [K in Kind]: {
    /** The kernel's name. */
    readonly name: string;
    readonly write: (into: Writer, expression: Of<K>) => void;
  };
};

const WRITERS: Writers = {
  bitwise: { name: 'bitwise', write: writeBitwise },
  byteorder: { name: 'byteorder', write: writeByteorder },
  cmp: { name: 'cmp', write: writeCmp },
  counter: { name: 'counter', write: writeCounter },
  ct: { name: 'ct', write: writeCt },
  dynset: { name: 'dynset', write: writeDynset },
  exthdr: { name: 'exthdr', write: writeExthdr },
  fib: { name: 'fib', write: writeFib },
  immediate: { name: 'immediate', write: writeImmediate },
  limit: { name: 'limit', write: writeLimit },
  log: { name: 'log', write: writeLog },
  lookup: { name: 'lookup', write: writeLookup },
  map: { name: 'lookup', write: writeMapLookup },
  masquerade: { name: 'masq', write: writeMasquerade },
  meta: { name: 'meta', write: writeMeta },
  nat: { name: 'nat', write: writeNat },
  notrack: { name: 'notrack', write: () => undefined },
  numgen: { name: 'numgen', write: writeNumgen },
  payload: { name: 'payload', write: writePayload },
  range: { name: 'range', write: writeRangeCheck },
  redirect: { name: 'redir', write: writeRedirect },
  reject: { name: 'reject', write: writeReject },
  setCt: { name: 'ct', write: writeSetCt },
  setMeta: { name: 'meta', write: writeSetMeta },
  setPayload: { name: 'payload', write: writeSetPayload },
  shift: { name: 'bitwise', write: writeShift },
  socket: { name: 'socket', write: writeSocketMatch },
  syslog: { name: 'log', write: writeSyslog },
  unknown: { name: '', write: writeUnknown },
  verdict: { name: 'immediate', write: writeDecide },
};

type Reader = (fields: Fields) => Expression | undefined;

/** By the kernel's names. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['bitwise', readBitwise],
  ['byteorder', readByteorder],
  ['cmp', readCmp],
  ['counter', readCounter],
  ['ct', readCt],
  ['dynset', readDynset],
  ['exthdr', readExthdr],
  ['fib', readFib],
  ['immediate', readImmediate],
  ['limit', readLimit],
  ['log', readLog],
  ['lookup', readLookup],
  ['masq', readMasquerade],
  ['meta', readMeta],
  ['nat', readNat],
  ['notrack', () => ({ kind: 'notrack' })],
  ['numgen', readNumgen],
  ['payload', readPayload],
  ['range', readRangeCheck],
  ['redir', readRedirect],
  ['reject', readReject],
  ['socket', readSocketMatch],
]);

/** Every kind of expression. */
export const EXPRESSION_KINDS: readonly string[] = Object.keys(WRITERS);

/** Writes the expressions of a rule. */
export function writeExpressions(
  into: Writer,
  type: number,
  expressions: readonly Expression[],
): void {
  into.nest(type, (list) => {
    for (const expression of expressions) writeOne(list, expression);
  });
}

/** Reads the expressions of a rule. */
export function readExpressions(bytes: Buffer): readonly Expression[] {
  return [...attributesIn(bytes)].map(({ value }) => readOne(value));
}

/** A rule is written again and again where one of its expressions alone changes. */
const WRITTEN = new WeakMap<object, Uint8Array>();

function writeOne<K extends Kind>(into: Writer, expression: Of<K>): void {
  const known = WRITTEN.get(expression);
  if (known !== undefined) {
    into.raw(known);
    return;
  }
  const start = into.length;
  const kind: K = expression.kind;
  const writer = WRITERS[kind];
  const name = 'name' in expression ? expression.name : writer.name;
  writeFrame(into, { type: NFTA_LIST_ELEM, name }, (data) => writer.write(data, expression));
  WRITTEN.set(expression, into.bytes(start));
}

/** What a reader does not understand, or understands only in part, stays as it came. */
function readOne(bytes: Buffer): Expression {
  const { name, data, fields } = readFrame(bytes);
  return READERS.get(name)?.(fields) ?? { kind: 'unknown', name, data };
}
