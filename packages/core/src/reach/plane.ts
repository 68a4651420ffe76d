import type { SubjectClass } from '../cluster/model.ts';
import type { PortNames } from '../cluster/port-names.ts';
import type { Direction } from '../policy/policy.ts';
import { type Allowances, EVERYTHING } from './allowance.ts';
import type { DirectionFunctions, FunctionsOf } from './direction-functions.ts';
import { type Row, rowAt, rowOf, type Span } from './row.ts';
import { createTellApart, type Seen } from './tell-apart.ts';

/** One who may send or receive in one family. Those under policy come first. */
export interface Party extends Seen {
  /** `undefined` outside of the cluster. */
  readonly subject: SubjectClass | undefined;
}

/** All answers of one family, between parties that are known by their positions. */
export interface Plane {
  readonly span: Span;
  /** What the rules of a party say of the others; only parties under policy have rules. */
  row(position: number, direction: Direction): Row;
  /** The number of what one may send another. The outside may send itself everything. */
  allowed(from: number, to: number): number;
  /** The same for all that one sends, by position. Valid until the next call. */
  allowedFrom(from: number): Int32Array;
}

/** Rows by their subject and, for ingress, by the names of its ports. */
export type Rows = Readonly<Record<Direction, Map<SubjectClass, Map<string, Row>>>>;

/** Makes an empty collection. */
export function createRows(): Rows {
  return { egress: new Map(), ingress: new Map() };
}

/**
 * Prepares the answers; each row is worked out when it is first asked for.
 *
 * @param common where rows are kept whose rules do not speak of addresses: they are the same in all
 *   families in which the same pods take part.
 */
export function planeOf(
  parties: readonly Party[],
  allowances: Allowances,
  functionsOf: FunctionsOf,
  common: Rows,
): Plane {
  const pods = parties.findIndex(({ subject }) => subject === undefined);
  const span = { pods: pods === -1 ? parties.length : pods, all: parties.length };
  const tellApart = createTellApart(parties);
  const ofFamily = createRows();

  const partyAt = (position: number): Party => {
    const party = parties[position];
    if (party === undefined) throw new Error(`nobody at ${position}`);
    return party;
  };

  const makeRow = (
    functions: DirectionFunctions,
    direction: Direction,
    own: PortNames | undefined,
  ): Row =>
    rowOf(span, tellApart(functions, direction === 'egress'), (position) => {
      const { facts, names } = partyAt(position);
      return allowances.numberOf(functions.allowance(facts, direction === 'egress' ? names : own));
    });

  const findRow = (position: number, direction: Direction): Row => {
    const { subject, names } = partyAt(position);
    if (subject === undefined) throw new Error('the outside has no rules');
    const functions = functionsOf(subject, direction);
    const rows = (functions.blocks.size > 0 ? ofFamily : common)[direction];
    const ofSubject = rows.get(subject) ?? new Map<string, Row>();
    rows.set(subject, ofSubject);
    const key = direction === 'egress' ? '' : (names?.key ?? '');
    const known = ofSubject.get(key);
    if (known !== undefined) return known;
    const made = makeRow(functions, direction, names);
    ofSubject.set(key, made);
    return made;
  };
  // Asked for every pair: found once for every party.
  const found: Record<Direction, Row[]> = { egress: [], ingress: [] };
  const row = (position: number, direction: Direction): Row =>
    (found[direction][position] ??= findRow(position, direction));

  let arrivals: Arrivals | undefined;
  const out = new Int32Array(span.all);
  const into = new Int32Array(span.pods);

  return {
    span,
    row,
    allowed(from, to) {
      const egress = from < span.pods ? rowAt(row(from, 'egress'), span, to) : EVERYTHING;
      const ingress = to < span.pods ? rowAt(row(to, 'ingress'), span, from) : EVERYTHING;
      return allowances.both(egress, ingress);
    },
    allowedFrom(from) {
      arrivals ??= arrivalsOf(span, (position) => row(position, 'ingress'));
      if (from < span.pods) {
        fill(out, row(from, 'egress'), span);
        into.set(arrivals.fromPods);
      } else {
        out.fill(EVERYTHING);
        into.set(arrivals.fromOutside);
      }
      const end = arrivals.ends[from] ?? 0;
      for (let index = arrivals.ends[from - 1] ?? 0; index < end; index += 1) {
        into[arrivals.receivers[index] ?? 0] = arrivals.numbers[index] ?? 0;
      }
      for (let to = 0; to < span.pods; to += 1) {
        out[to] = allowances.both(out[to] ?? 0, into[to] ?? 0);
      }
      return out;
    },
  };
}

/** Rows of ingress, seen from the senders. */
interface Arrivals {
  /** By receiver: what holds for senders that its row does not list. */
  readonly fromPods: Int32Array;
  readonly fromOutside: Int32Array;
  /** By sender, where its entries end; they begin where those of the one before end. */
  readonly ends: Int32Array;
  readonly receivers: Int32Array;
  readonly numbers: Int32Array;
}

function arrivalsOf(span: Span, ingress: (position: number) => Row): Arrivals {
  const receivers = Array.from({ length: span.pods }, (_, position) => ingress(position));
  const counts = new Int32Array(span.all);
  for (const { positions } of receivers) {
    for (const sender of positions) counts[sender] = (counts[sender] ?? 0) + 1;
  }
  const begins = new Int32Array(span.all);
  let total = 0;
  for (const [sender, count] of counts.entries()) {
    begins[sender] = total;
    total += count;
  }
  const made = {
    fromPods: Int32Array.from(receivers, ({ pods }) => pods),
    fromOutside: Int32Array.from(receivers, ({ outside }) => outside),
    // They begin as the begins, and each entry that is filed moves its sender's on.
    ends: begins,
    receivers: new Int32Array(total),
    numbers: new Int32Array(total),
  };
  for (const [receiver, { positions, numbers }] of receivers.entries()) {
    // This is done for every pair that some rule tells apart.
    for (let index = 0; index < positions.length; index += 1) {
      const sender = positions[index] ?? 0;
      const place = made.ends[sender] ?? 0;
      made.receivers[place] = receiver;
      made.numbers[place] = numbers[index] ?? 0;
      made.ends[sender] = place + 1;
    }
  }
  return made;
}

function fill(cells: Int32Array, { pods, outside, positions, numbers }: Row, span: Span): void {
  cells.fill(pods, 0, span.pods).fill(outside, span.pods);
  for (let index = 0; index < positions.length; index += 1) {
    cells[positions[index] ?? 0] = numbers[index] ?? 0;
  }
}
