import type { Bitwise, Shift } from './bitwise.ts';
import type { Byteorder } from './byteorder.ts';
import type { Cmp, Range } from './comparison.ts';
import type { Counter } from './counter.ts';
import type { Ct, SetCt } from './ct.ts';
import type { Dynset } from './dynset.ts';
import type { Exthdr } from './exthdr.ts';
import type { Fib } from './fib.ts';
import type { Decide, Immediate } from './immediate.ts';
import type { Limit } from './limit.ts';
import type { Log, Syslog } from './log.ts';
import type { Lookup, MapLookup } from './lookup.ts';
import type { Meta, SetMeta } from './meta.ts';
import type { Masquerade, Nat, Redirect } from './nat.ts';
import type { Numgen } from './numgen.ts';
import type { Payload, SetPayload } from './payload.ts';
import type { Reject } from './reject.ts';
import type { SocketMatch } from './socket-match.ts';
import type { Unknown } from './unknown.ts';

/** Takes the packet out of connection tracking, before its flow is looked up. */
interface Notrack {
  readonly kind: 'notrack';
}

/**
 * One step of a rule. Steps load values into registers, compare them, or do something; a comparison
 * that fails ends the rule, and the packet goes to the next one.
 */
export type Expression =
  | Bitwise
  | Byteorder
  | Cmp
  | Counter
  | Ct
  | Decide
  | Dynset
  | Exthdr
  | Fib
  | Immediate
  | Limit
  | Log
  | Lookup
  | MapLookup
  | Masquerade
  | Meta
  | Nat
  | Notrack
  | Numgen
  | Payload
  | Range
  | Redirect
  | Reject
  | SetCt
  | SetMeta
  | SetPayload
  | Shift
  | SocketMatch
  | Syslog
  | Unknown;
