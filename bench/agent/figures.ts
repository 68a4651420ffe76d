/** The value below which this share of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((left, right) => left - right);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** The middle one. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** A bound that a figure is to keep: `most` or `least`. */
export interface Limit {
  readonly most?: number;
  readonly least?: number;
}

/** Writes a figure with its limit; the bench ends with 1 where it is missed. */
export function report(
  what: string,
  figure: number,
  { unit, limit = {}, beside = '' }: { unit: string; limit?: Limit; beside?: string },
): void {
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY } = limit;
  const isMissed = !(figure <= most && figure >= least);
  const bound =
    limit.most === undefined
      ? limit.least === undefined
        ? ''
        : ` (at least ${limit.least})`
      : ` (at most ${limit.most})`;
  const text = `${figure.toFixed(figure < 1 ? 3 : 2)}${unit}${bound}${isMissed ? ' MISSED' : ''}`;
  process.stdout.write(`${what}: ${text}${beside}\n`);
  if (isMissed) process.exitCode = 1;
}
