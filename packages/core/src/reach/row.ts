/**
 * What one subject's rules say in one direction of every peer, by the peers' positions: first the
 * pods, then the outside. Most peers are alike to any rules, so only the others are listed.
 */
export interface Row {
  /** What holds for all pods, and for all of the outside, that are not listed. */
  readonly pods: number;
  readonly outside: number;
  /** INVARIANT: ascending. */
  readonly positions: Int32Array;
  /** Beside each position, what holds for it. */
  readonly numbers: Int32Array;
}

/** How many peers there are, and how many of them, in front, are pods. */
export interface Span {
  readonly pods: number;
  readonly all: number;
}

/** Peers that rules can tell from the others. */
export interface Told {
  /** INVARIANT: ascending. */
  readonly positions: Int32Array;
  /** By position, which kind of peer it is; 0 for those that are not told: all of one kind. */
  readonly kinds: Int32Array;
}

/** Makes a row; `numberOf` tells what holds for all of a kind, given the position of one. */
export function rowOf(
  span: Span,
  { positions, kinds }: Told,
  numberOf: (position: number) => number,
): Row {
  const known: number[] = [];
  const numberAt = (position: number): number => {
    const kind = kinds[position] ?? 0;
    return (known[kind] ??= numberOf(position));
  };
  const split = lowerBound(positions, span.pods);
  const pods = mostOf(0, span.pods, positions.subarray(0, split), numberAt);
  const outside = mostOf(span.pods, span.all, positions.subarray(split), numberAt);
  const listed = pods.others + outside.others;
  const row = {
    pods: pods.number,
    outside: outside.number,
    positions: new Int32Array(listed),
    numbers: new Int32Array(listed),
  };
  let next = 0;
  const list = (position: number, number: number): void => {
    row.positions[next] = position;
    row.numbers[next] = number;
    next += 1;
  };
  for (const most of [pods, outside]) {
    if (most.strangers === most.number) {
      for (const position of most.told) {
        const number = numberAt(position);
        if (number !== most.number) list(position, number);
      }
      continue;
    }
    for (let position = most.from; position < most.to; position += 1) {
      const number = kinds[position] === 0 ? most.strangers : numberAt(position);
      if (number !== most.number) list(position, number);
    }
  }
  return row;
}

/** What holds for the peer at a position. */
export function rowAt(row: Row, { pods }: Span, position: number): number {
  const place = lowerBound(row.positions, position);
  if (row.positions[place] === position) return row.numbers[place] ?? 0;
  return position < pods ? row.pods : row.outside;
}

/** What is said most often of the peers at `from`..`to`. */
interface Most {
  readonly number: number;
  /** Of how many something else is said. */
  readonly others: number;
  /** What is said of those that are not told. */
  readonly strangers: number;
  readonly from: number;
  readonly to: number;
  readonly told: Int32Array;
}

function mostOf(
  from: number,
  to: number,
  told: Int32Array,
  numberAt: (position: number) => number,
): Most {
  const stranger = firstMissing(from, to, told);
  const strangers = stranger === undefined ? 0 : numberAt(stranger);
  const counts: number[] = [];
  counts[strangers] = to - from - told.length;
  for (const position of told) {
    const number = numberAt(position);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  let number = strangers;
  counts.forEach((count, each) => {
    if (count > (counts[number] ?? 0)) number = each;
  });
  return { number, others: to - from - (counts[number] ?? 0), strangers, from, to, told };
}

/** The first position of `from`..`to` that is not listed. */
function firstMissing(from: number, to: number, listed: Int32Array): number | undefined {
  let position = from;
  while (position < to && listed[position - from] === position) position += 1;
  return position < to ? position : undefined;
}

/** How many values of an ascending list are less than this one. */
function lowerBound(ascending: Int32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
