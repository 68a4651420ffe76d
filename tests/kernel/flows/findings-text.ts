import type { Findings } from './judge.ts';

/** Says how much was sent, and what became of it. */
export function countsText(findings: Findings): string {
  const { sent, allowed, lost, denied, leaked, caught, slowestMs } = findings;
  return (
    `${sent} records sent; of ${allowed} allowed ${lost} lost, of ${denied} denied ${leaked} ` +
    `leaked, ${caught} caught by a change; the slowest took ${slowestMs.toFixed(0)} ms`
  );
}

/** Says when TCP went on that was allowed again. */
export function resumedText({ resumed }: Findings): string {
  const after = resumed.map(({ afterMs }) => afterMs).sort((left, right) => left - right);
  const middle = after[Math.floor(after.length / 2)] ?? 0;
  const last = after.at(-1) ?? 0;
  return `TCP went on ${middle.toFixed(0)} ms after it was allowed again, at most ${last.toFixed(0)}`;
}
