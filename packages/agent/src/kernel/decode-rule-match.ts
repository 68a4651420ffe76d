import { Buffer } from 'node:buffer';
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionState, Field, Match } from '@ringfence/dataplane';
import { CT_STATE } from '@ringfence/netlink';
import type { FoundPart, Reading } from './decode-rule-reading.ts';
import { LOAD_MARK } from './encode-match.ts';
import { fieldShape, registersOf } from './field.ts';
import { FIRST, type Step } from './step.ts';
import { hostNumberIn } from './value-bytes.ts';

const FIELDS: readonly Field[] = [
  'inputInterface',
  'outputInterface',
  'source4',
  'source6',
  'destination4',
  'destination6',
  'caller4',
  'called4',
  'caller6',
  'called6',
  'arpSource4',
  'target6',
  'protocol',
  'sourcePort',
  'destinationPort',
  'identity',
];

/** A key that is loaded, and where the next step is. */
interface FoundKey {
  readonly key: readonly Field[];
  readonly needs: readonly string[];
  readonly next: number;
}

/** Reads the fields that are loaded side by side, from the first register on. */
function keyAt({ steps }: Reading, at: number): FoundKey {
  const key: Field[] = [];
  const needs = new Set<string>();
  let next = at;
  let register = FIRST;
  for (;;) {
    const field = fieldAt(steps[next], register);
    if (field === undefined) return { key, needs: [...needs], next };
    const shape = fieldShape(field);
    key.push(field);
    if (shape.needs !== 'none') needs.add(shape.needs);
    next += steps[next + 1]?.kind === 'byteorder' ? 2 : 1;
    register += registersOf(shape);
  }
}

function fieldAt(step: Step | undefined, register: number): Field | undefined {
  if (step?.kind !== 'meta' && step?.kind !== 'payload' && step?.kind !== 'ct') return undefined;
  return FIELDS.find((field) => isDeepStrictEqual(step, fieldShape(field).load(register)));
}

/** Reads a part that looks a key up, or files it. */
export function keyedAt(reading: Reading, at: number): FoundPart | undefined {
  const { steps, world } = reading;
  const { key, needs, next } = keyAt(reading, at);
  const [use, then] = [steps[next], steps[next + 1]];
  if (key.length === 0 || use === undefined || !('set' in use)) return undefined;
  const { set } = use;
  if (!world.sets.has(set)) return undefined;
  if (use.kind === 'lookup') {
    return { match: { kind: 'inSet', key, set }, needs, next: next + 1 };
  }
  if (use.kind === 'map' && then?.kind === 'setMeta') {
    return { action: { kind: 'mapIdentity', key, map: set }, needs, next: next + 2 };
  }
  if (use.kind === 'dynset' && then?.kind === 'log') {
    const { prefix, group } = then;
    return { action: { kind: 'log', key, set, prefix, group }, needs, next: next + 2 };
  }
  return undefined;
}

/** Reads a match of what the kernel knows about a packet besides its bytes. */
export function knownMatchAt({ steps }: Reading, at: number): FoundPart | undefined {
  const [load, second, third] = steps.slice(at, at + 3);
  const match =
    interfaceMatch(load, second) ?? comparison(load, second) ?? masked(load, second, third);
  if (match === undefined) return undefined;
  const isBare = match.kind === 'interfacePrefix' && match.prefix === '';
  const count = isBare ? 1 : match.kind === 'state' || match.kind === 'mark' ? 3 : 2;
  return { match, needs: [], next: at + count };
}

function interfaceMatch(load: Step | undefined, test: Step | undefined): Match | undefined {
  const field = fieldAt(load, FIRST);
  if (field !== 'inputInterface' && field !== 'outputInterface') return undefined;
  if (test?.kind !== 'cmp') return { kind: 'interfacePrefix', field, prefix: '' };
  const text = textIn(test.data);
  if (Buffer.byteLength(text) > LONGEST_NAME) return undefined;
  if (test.op === 'eq') return { kind: 'interfacePrefix', field, prefix: text };
  return test.op === 'neq' ? { kind: 'interfaceIsNot', field, name: text } : undefined;
}

const LONGEST_NAME = 15;

function textIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

function comparison(load: Step | undefined, test: Step | undefined): Match | undefined {
  if (test?.kind !== 'cmp') return undefined;
  if (load?.kind === 'ct' && load.key === 'direction') return { kind: 'reply' };
  if (fieldAt(load, FIRST) !== 'identity' || test.data.length !== 4) return undefined;
  return { kind: 'identity', is: isOf(test), number: hostNumberIn(test.data) };
}

function isOf({ op }: Extract<Step, { readonly kind: 'cmp' }>): 'equal' | 'different' {
  return op === 'eq' ? 'equal' : 'different';
}

function masked(
  load: Step | undefined,
  keep: Step | undefined,
  test: Step | undefined,
): Match | undefined {
  if (load?.kind !== 'ct' || keep?.kind !== 'bitwise' || test?.kind !== 'cmp') return undefined;
  if (keep.mask.length !== 4 || test.data.length !== 4) return undefined;
  const mask = hostNumberIn(keep.mask);
  if (load.key === 'state') return { kind: 'state', states: statesIn(mask) };
  if (!isDeepStrictEqual(load, LOAD_MARK)) return undefined;
  return { kind: 'mark', is: isOf(test), mask, value: hostNumberIn(test.data) };
}

const STATES: readonly ConnectionState[] = [
  'new',
  'established',
  'related',
  'invalid',
  'untracked',
];

function statesIn(mask: number): readonly ConnectionState[] {
  return STATES.filter((state) => (mask & CT_STATE[state]) !== 0);
}
