import { type Allowance, isNoTraffic } from '@ringfence/core';
import { connectionsIn, listedIn, type MatrixConnection } from './connections.ts';
import { portItems } from './ports-text.ts';
import { verdictOn } from './verdict-word.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { View } from './view.ts';

/** A line for each pair that may send something; nothing is folded, and nothing is cut short. */
export function* wideText(view: View): Iterable<string> {
  const from = widest(view.sources, 'FROM');
  const to = widest(view.destinations, 'TO');
  yield `${'FROM'.padEnd(from)}  ${'TO'.padEnd(to)}  ALLOWED\n`;
  for (const connection of (view.port === undefined ? listedIn : connectionsIn)(view)) {
    const start = `${connection.from.label.padEnd(from)}  ${connection.to.label.padEnd(to)}`;
    yield `${start}  ${allowedText(view, connection)}\n`;
  }
}

function allowedText({ port }: View, { allow, family }: MatrixConnection): string {
  const answer = port === undefined ? portsText(allow) : verdictOn(allow);
  return family === undefined ? answer : `${answer} (${family})`;
}

function portsText({ allowed, unknown }: Allowance): string {
  const parts = [
    ...(isNoTraffic(allowed) ? [] : [portItems(allowed).join(', ')]),
    ...(isNoTraffic(unknown) ? [] : [`unknown: ${portItems(unknown).join(', ')}`]),
  ];
  return parts.join('; ');
}

function widest(ends: readonly MatrixEnd[], head: string): number {
  return ends.reduce((width, { label }) => Math.max(width, label.length), head.length);
}
