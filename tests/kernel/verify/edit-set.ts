import type { Change, SetElement } from '@ringfence/netlink';
import { Buffer } from 'node:buffer';
import type { Random } from '../flows/random.ts';
import type { FilledSet } from './kernel-snapshot.ts';

/** An edit of the kernel's table: transactions, and those that take it back. */
export interface KernelEdit {
  readonly what: string;
  readonly changes: readonly (readonly Change[])[];
  readonly undo: readonly (readonly Change[])[];
}

/** Elements of nf_tables that are one: of some sets their beginning and their end. */
type Whole = readonly SetElement[];

/** Removes, adds or changes an element of a set at random, or empties the set. */
export function editSet(filled: FilledSet, random: Random): KernelEdit | undefined {
  const { set, elements } = filled;
  const all = wholes(filled);
  if (all.length === 0) return undefined;
  const one = random.pick(all);
  const kind = random.pick(['removed', 'added', 'value', 'key', 'emptied'] as const);
  const gone: Change = { kind: 'deleteElements', set, elements: one };
  const add = (those: Whole | undefined): readonly Change[] =>
    those === undefined ? [] : [{ kind: 'addElements', set, elements: those }];
  const edits = {
    removed: [[gone]],
    added: [add(otherKey(filled, one, random))],
    value: set.data.kind === 'none' ? [] : [[gone], add(otherValue(one, random))],
    key: [[gone], add(otherKey(filled, one, random))],
    emptied: random.percent(20) ? [[{ kind: 'flushSet', set } as const]] : [],
  };
  const changes = edits[kind].filter((each) => each.length > 0);
  if (changes.length === 0) return undefined;
  const undo: readonly Change[][] = [
    [{ kind: 'flushSet', set }],
    elements.length === 0 ? [] : [{ kind: 'addElements', set, elements }],
  ];
  return { what: `${set.name}: ${kind}`, changes, undo };
}

function isPairs({ set: { flags, key } }: FilledSet): boolean {
  return flags.includes('interval') && key.fields.length === 0;
}

function wholes(filled: FilledSet): readonly Whole[] {
  if (!isPairs(filled)) return filled.elements.map((each) => [each]);
  const sorted = [...filled.elements].sort(
    (left, right) =>
      Buffer.compare(left.key, right.key) ||
      Number(right.intervalEnd === true) - Number(left.intervalEnd === true),
  );
  return sorted.flatMap((each, index) => {
    if (each.intervalEnd === true) return [];
    const end = sorted[index + 1];
    return [end?.intervalEnd === true ? [each, end] : [each]];
  });
}

const NUMBERS = [0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 99];

function otherValue([first, ...others]: Whole, random: Random): Whole | undefined {
  if (first === undefined) return undefined;
  const data = new Uint8Array(Uint32Array.of(random.pick(NUMBERS)).buffer);
  return [{ ...first, data }, ...others];
}

/** Turns a bit of a key, low ones more often: neighbours are what confuses. */
function otherKey(filled: FilledSet, [first, end]: Whole, random: Random): Whole | undefined {
  if (first === undefined) return undefined;
  if (isPairs(filled)) {
    if (end === undefined) return undefined;
    return [first, { ...end, key: turned(end.key, end.key.length - 1, random) }];
  }
  const at = random.below(first.key.length);
  const key = turned(first.key, at, random);
  const isSame = first.keyEnd?.[at] === first.key[at];
  const keyEnd =
    first.keyEnd === undefined ? undefined : isSame ? Uint8Array.from(first.keyEnd) : first.keyEnd;
  if (keyEnd !== undefined && isSame) keyEnd[at] = key[at] ?? 0;
  return [{ ...first, key, ...(keyEnd !== undefined && { keyEnd }) }];
}

function turned(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.pick([0, 0, 0, 1, 1, 2, 7]));
  return copy;
}
