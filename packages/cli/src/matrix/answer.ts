import {
  type Allowance,
  type Family,
  intersectPorts,
  type PortSet,
  portSetKey,
  type Reach,
  type ReachEnd,
} from '@ringfence/core';

/** What one end may send another. Equal answers of one matrix are one object. */
export type Answer =
  /** They have no address family in common. */
  | { readonly kind: 'apart' }
  /** The families agree, or they have only one in common. */
  | { readonly kind: 'same'; readonly allow: Allowance }
  | { readonly kind: 'byFamily'; readonly IPv4: Allowance; readonly IPv6: Allowance };

/** The answers of one matrix. */
export interface Answers {
  /** What one end may send each end, by index. */
  from(from: ReachEnd): readonly Answer[];
  /** What each end may send one, by index. */
  to(to: ReachEnd): readonly Answer[];
  /** What one end may send another. */
  between(from: ReachEnd, to: ReachEnd): Answer;
}

const APART: Answer = { kind: 'apart' };

/** Of so many ends the answers of all pairs are kept; of more, each pair is asked by itself. */
const MOST_KEPT = 4_000;

/** Asks about nothing but the traffic `within`. */
export function answersIn(reach: Reach, within: PortSet): Answers {
  const answers = answering(reach, within);
  if (reach.ends.length > MOST_KEPT) return answers;
  const rows: (readonly Answer[])[] = [];
  const from = (end: ReachEnd): readonly Answer[] => (rows[end.index] ??= answers.from(end));
  let all: readonly (readonly Answer[])[] | undefined;
  return {
    from,
    to(end) {
      all ??= reach.ends.map(from);
      return columnOf(all, end.index);
    },
    between: (source, to) => from(source)[to.index] ?? APART,
  };
}

function columnOf(rows: readonly (readonly Answer[])[], to: number): readonly Answer[] {
  const column: Answer[] = [];
  // This is done for every pair.
  for (let from = 0; from < rows.length; from += 1) column.push(rows[from]?.[to] ?? APART);
  return column;
}

/** Keeps nothing: a row, or a single pair, is found when it is asked for. */
function answering(reach: Reach, within: PortSet): Answers {
  const narrowed = narrowing(within);
  const same = new Map<Allowance, Answer>();
  const byFamily = new Map<Allowance, Map<Allowance, Answer>>();
  const inBoth = (IPv4: Allowance, IPv6: Allowance): Answer => {
    if (IPv4 === IPv6) return remembered(same, IPv4, () => ({ kind: 'same', allow: IPv4 }));
    const answers = remembered(byFamily, IPv4, () => new Map<Allowance, Answer>());
    return remembered(answers, IPv6, () => ({ kind: 'byFamily', IPv4, IPv6 }));
  };
  const meets = {
    IPv4: reach.ends.map((end) => familiesOf(end).includes('IPv4')),
    IPv6: reach.ends.map((end) => familiesOf(end).includes('IPv6')),
  };
  const inFamily = (from: ReachEnd, family: Family): readonly Allowance[] | undefined =>
    meets[family][from.index] === true ? reach.allowedFrom(from, family) : undefined;
  const answerOf = (four: Allowance | undefined, six: Allowance | undefined): Answer => {
    const first = four ?? six;
    return first === undefined ? APART : inBoth(narrowed(first), narrowed(six ?? first));
  };
  const between = (from: ReachEnd, to: ReachEnd): Answer => {
    const ask = (family: Family): Allowance | undefined =>
      meets[family][from.index] === true && meets[family][to.index] === true
        ? reach.allowed(from, to, family)
        : undefined;
    return answerOf(ask('IPv4'), ask('IPv6'));
  };
  const rowOf = (from: ReachEnd): readonly Answer[] => {
    const [IPv4, IPv6] = [inFamily(from, 'IPv4'), inFamily(from, 'IPv6')];
    const row: Answer[] = [];
    let [four, six, last]: readonly [Allowance?, Allowance?, Answer?] = [];
    for (let to = 0; to < reach.ends.length; to += 1) {
      const inFour = meets.IPv4[to] === true ? IPv4?.[to] : undefined;
      const inSix = meets.IPv6[to] === true ? IPv6?.[to] : undefined;
      // Neighbours mostly have the same answer.
      if (last === undefined || inFour !== four || inSix !== six) {
        last = answerOf(inFour, inSix);
        [four, six] = [inFour, inSix];
      }
      row.push(last);
    }
    return row;
  };
  const to = (end: ReachEnd): readonly Answer[] => reach.ends.map((from) => between(from, end));
  return { from: rowOf, to, between };
}

/** Cuts allowances down to what is asked about; equal ones stay one object. */
function narrowing(within: PortSet): (allowance: Allowance) => Allowance {
  const cuts = new Map<Allowance, Allowance>();
  const byKey = new Map<string, Allowance>();
  return (allowance) =>
    remembered(cuts, allowance, () => {
      const allowed = intersectPorts(allowance.allowed, within);
      const unknown = intersectPorts(allowance.unknown, within);
      const key = `${portSetKey(allowed)}?${portSetKey(unknown)}`;
      return remembered(byKey, key, () => ({ allowed, unknown }));
    });
}

function remembered<K, V>(values: Map<K, V>, key: K, make: () => V): V {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}

/** The families in which an end has addresses, in the order of `FAMILIES`. */
export function familiesOf(end: ReachEnd): readonly Family[] {
  if (end.kind === 'pods') return end.families;
  // Blocks come in that order, too.
  const first = end.cidrs[0]?.family;
  const last = end.cidrs.at(-1)?.family;
  if (first === undefined || last === undefined) return [];
  return first === last ? [first] : [first, last];
}
