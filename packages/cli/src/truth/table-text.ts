import type { Paint } from '../command-line/paint.ts';
import type { AskedPort, Cell, TruthRow } from './truth-row.ts';

/** What each cell looks like; the legend above the table says it in words. */
export const SIGNS: Readonly<Record<Cell, string>> = {
  yes: 'x',
  no: '.',
  part: '~',
  itself: ' ',
  notAsked: ' ',
  open: '!',
  lost: '#',
  broken: '?',
};

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** How many parties have a letter. */
export const MOST_PARTIES: number = LETTERS.length;

/** The letter by which a party goes, as source and as destination. */
export function letterOf(names: readonly string[], name: string): string {
  return LETTERS[names.indexOf(name)] ?? '?';
}

/**
 * Draws the table: a row for each destination and its ports, a column for each source. Both go by
 * the same letters, so that it stays narrower than 80 columns for some twenty parties.
 */
export function tableText(
  names: readonly string[],
  rows: readonly TruthRow[],
  paint: Paint,
): readonly string[] {
  const labels = rows.map(({ to }, index) => {
    const repeated = rows[index - 1]?.to === to;
    return repeated ? '' : `${letterOf(names, to)}  ${to}`;
  });
  const ports = rows.map((row) => row.ports.map(portText).join(', '));
  const labelWidth = Math.max(...labels.map((label) => label.length), 'to'.length);
  const portWidth = Math.max(...ports.map((port) => port.length), 'port'.length);
  const letters = names.map((name) => letterOf(names, name)).join(' ');
  const head = `${'to'.padEnd(labelWidth)}  ${'port'.padEnd(portWidth)}  from ${letters}`;
  const body = rows.map(({ cells }, index) => {
    const signs = cells.map((cell) => paintedSign(cell, paint)).join(' ');
    const start = `${(labels[index] ?? '').padEnd(labelWidth)}  ${(ports[index] ?? '').padEnd(portWidth)}`;
    return `${start}       ${signs}`.trimEnd();
  });
  return [paint.strong(head), ...body];
}

/** `443`, `53/UDP`. */
export function portText({ port, protocol }: AskedPort): string {
  return protocol === 'TCP' ? `${port}` : `${port}/${protocol}`;
}

/** What a cell looks like, in its colour. */
export function paintedSign(cell: Cell, paint: Paint): string {
  const sign = SIGNS[cell];
  if (cell === 'yes') return paint.good(sign);
  if (cell === 'open' || cell === 'lost' || cell === 'broken') return paint.bad(sign);
  return cell === 'no' ? paint.faint(sign) : sign;
}
