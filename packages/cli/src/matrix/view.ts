import { ALL_TRAFFIC, type PortSet, type Reach } from '@ringfence/core';
import { type Answer, answersIn } from './answer.ts';
import { type MatrixEnd, nameEnds } from './matrix-end.ts';

/** The part of a matrix that is printed. */
export interface View {
  /** All ends that there are, printed or not. */
  readonly all: readonly MatrixEnd[];
  readonly sources: readonly MatrixEnd[];
  readonly destinations: readonly MatrixEnd[];
  /** Whether nothing is left out of it. */
  readonly whole: boolean;
  /** The one port that was asked about; `undefined` for all traffic. */
  readonly port: PortSet | undefined;
  /** `undefined` where the pair is not printed. */
  answer(from: MatrixEnd, to: MatrixEnd): Answer | undefined;
  /** The same for all destinations, by their index among the ends. */
  answersFrom(from: MatrixEnd): readonly (Answer | undefined)[];
  /** The same of all sources, by their index, for one destination. */
  answersTo(to: MatrixEnd): readonly (Answer | undefined)[];
}

/** What somebody wants to see of it. `undefined` leaves nothing out. */
export interface Focus {
  readonly from: ReadonlySet<MatrixEnd> | undefined;
  readonly to: ReadonlySet<MatrixEnd> | undefined;
  /** At least one end of a pair is among these. */
  readonly either: ReadonlySet<MatrixEnd> | undefined;
}

const EVERYTHING_IN_VIEW: Focus = { from: undefined, to: undefined, either: undefined };

/** Cuts a view out of a matrix. The outside is not asked what it may send to itself. */
export function viewOf(
  reach: Reach,
  {
    ends = nameEnds(reach),
    focus = EVERYTHING_IN_VIEW,
    port,
  }: {
    readonly ends?: readonly MatrixEnd[];
    readonly focus?: Focus;
    readonly port?: PortSet | undefined;
  } = {},
): View {
  const answers = answersIn(reach, port ?? ALL_TRAFFIC);
  const whole = Object.values(focus).every((part) => part === undefined);
  const shown = (from: MatrixEnd, to: MatrixEnd): boolean =>
    !(from.end.kind === 'outside' && to.end.kind === 'outside') &&
    (focus.from?.has(from) ?? true) &&
    (focus.to?.has(to) ?? true) &&
    (focus.either === undefined || focus.either.has(from) || focus.either.has(to));
  const answer = (from: MatrixEnd, to: MatrixEnd): Answer | undefined =>
    shown(from, to) ? answers.between(from.end, to.end) : undefined;
  return {
    all: ends,
    // An end without any pair would be an empty row.
    sources: ends.filter((from) => ends.some((to) => shown(from, to))),
    destinations: ends.filter((to) => ends.some((from) => shown(from, to))),
    whole,
    port,
    answer,
    answersFrom(from) {
      // A row is cheap only where all of it is wanted.
      if (!whole) return ends.map((to) => answer(from, to));
      const row = answers.from(from.end);
      if (from.end.kind === 'pods') return row;
      return ends.map(({ end }) => (end.kind === 'outside' ? undefined : row[end.index]));
    },
    answersTo(to) {
      if (!whole) return ends.map((from) => answer(from, to));
      const column = answers.to(to.end);
      if (to.end.kind === 'pods') return column;
      return ends.map(({ end }) => (end.kind === 'outside' ? undefined : column[end.index]));
    },
  };
}
