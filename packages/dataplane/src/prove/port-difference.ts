import { isNoTraffic, PROTOCOLS, type PortSet, rangesOf, subtractPorts } from '@ringfence/core';
import type { Traffic } from './proof.ts';
import type { RowFunction } from './row-function.ts';

/** Traffic that a kernel treats otherwise than policies say. */
export interface PortDifference {
  readonly traffic: Traffic;
  readonly kernel: 'allow' | 'deny';
}

const NOTHING: readonly PortDifference[] = [];

/**
 * Compares what rows allow with what policies allow, for all ports of all protocols.
 *
 * No rule can name port 0, which is as what has no ports: it may be denied with the ports beside it,
 * and is never allowed where that is not.
 */
export function portDifferences(rows: RowFunction, allowed: PortSet): readonly PortDifference[] {
  if (isSame(rows, allowed)) return NOTHING;
  const { other } = allowed;
  return [
    ...piecesOf(subtractPorts(rows.allowed, allowed), 'allow'),
    ...piecesOf(subtractPorts(allowed, rows.allowed), 'deny'),
    ...(other ? [] : rows.zero).map(
      (protocol): PortDifference => ({ traffic: { protocol, from: 0, to: 0 }, kernel: 'allow' }),
    ),
    ...rows.odd
      .filter(({ allows }) => allows !== other)
      .map(
        ({ protocol, first, last, allows }): PortDifference => ({
          traffic: { protocol, from: first, to: last },
          kernel: allows ? 'allow' : 'deny',
        }),
      ),
  ];
}

/** Whether two sets hold the same ports. */
function isSame(rows: RowFunction, allowed: PortSet): boolean {
  const { spans, other } = rows.allowed;
  return (
    other === allowed.other &&
    rows.odd.length === 0 &&
    (other || rows.zero.length === 0) &&
    spans.length === allowed.spans.length &&
    spans.every((place, index) => place === allowed.spans[index])
  );
}

function piecesOf(ports: PortSet, kernel: PortDifference['kernel']): readonly PortDifference[] {
  if (isNoTraffic(ports)) return NOTHING;
  const named = PROTOCOLS.flatMap((protocol) =>
    rangesOf(ports, protocol).map(([from, to]) => ({ protocol, from, to })),
  );
  const rest = { protocol: 'other', from: 0, to: 0 } as const;
  return [...named, ...(ports.other ? [rest] : [])].map((traffic) => ({ traffic, kernel }));
}
