import type { ContainerPort } from '@ringfence/core';
import type { Paint } from '../command-line/paint.ts';
import type { Party } from './party.ts';
import type { Cell, TruthRow } from './truth-table.ts';

/** What each cell looks like; the legend above the table says it in words. */
const SIGNS: Readonly<Record<Cell, string>> = {
  yes: 'x',
  no: '.',
  part: '~',
  itself: ' ',
  notAsked: ' ',
};

/**
 * Draws the table: a row for each destination and its ports, a column for each source. Both go by
 * the same letters, so that it stays narrower than 80 columns for as many parties as letters.
 */
export function tableText(
  parties: readonly Party[],
  rows: readonly TruthRow[],
  paint: Paint,
): readonly string[] {
  const labels = rows.map(({ to }, index) => {
    const repeated = rows[index - 1]?.to === to;
    return repeated ? '' : `${letterOf(parties, to)}  ${to.name}`;
  });
  const ports = rows.map((row) => row.ports.map(portText).join(', '));
  const labelWidth = Math.max(...labels.map((label) => label.length), 'to'.length);
  const portWidth = Math.max(...ports.map((port) => port.length), 'port'.length);
  const letters = parties.map((party) => letterOf(parties, party)).join(' ');
  const head = `${'to'.padEnd(labelWidth)}  ${'port'.padEnd(portWidth)}  from ${letters}`;
  const body = rows.map(({ cells }, index) => {
    const signs = cells.map((cell) => painted(cell, paint)).join(' ');
    const start = `${(labels[index] ?? '').padEnd(labelWidth)}  ${(ports[index] ?? '').padEnd(portWidth)}`;
    return `${start}       ${signs}`.trimEnd();
  });
  return [paint.strong(head), ...body];
}

function letterOf(parties: readonly Party[], party: Party): string {
  return String.fromCodePoint('a'.charCodeAt(0) + parties.indexOf(party));
}

function portText({ port, protocol }: ContainerPort): string {
  return protocol === 'TCP' ? `${port}` : `${port}/${protocol}`;
}

function painted(cell: Cell, paint: Paint): string {
  const sign = SIGNS[cell];
  if (cell === 'yes') return paint.good(sign);
  return cell === 'no' ? paint.faint(sign) : sign;
}
