import {
  ALL_TRAFFIC,
  NO_TRAFFIC,
  type PortFunction,
  PROTOCOLS,
  type PortSet,
  type Protocol,
  rangesOf,
  subtractPorts,
} from '@ringfence/core';
import { ALLOWED, DENIED, SCTP, TCP, UDP } from '../ruleset/numbers.ts';
import { firstPast } from '../ruleset/first-past.ts';
import { policyText } from './policy-text.ts';

/** What is said of some traffic of one peer. */
export type Row =
  | {
      readonly kind: 'port';
      readonly protocol: number;
      readonly port: number;
      readonly says: RowVerdict;
    }
  | {
      readonly kind: 'range';
      readonly protocol: number;
      readonly first: number;
      readonly last: number;
      readonly says: RowVerdict;
    }
  /** Every port of every protocol, and what has no ports, as far as no other row says otherwise. */
  | { readonly kind: 'anyPort'; readonly says: RowVerdict };

type RowVerdict = typeof ALLOWED | typeof DENIED;

/** Up to so many ports are rows of their own: those are found by hash. */
const SMALL_RANGE = 64;

/**
 * Writes what is allowed as rows, where `otherwise` holds for all that no row speaks of: exactly,
 * and as few of them as there can be.
 */
export function rowsOf(allowed: PortSet, otherwise: PortSet): readonly Row[] {
  const ways: (readonly Row[])[] = [];
  if (allowed.other === otherwise.other) {
    ways.push([
      ...portRows(subtractPorts(allowed, otherwise), ALLOWED),
      ...portRows(subtractPorts(otherwise, allowed), DENIED),
    ]);
  }
  ways.push(
    allowed.other
      ? [
          { kind: 'anyPort', says: ALLOWED },
          ...portRows(subtractPorts(ALL_TRAFFIC, allowed), DENIED),
        ]
      : [{ kind: 'anyPort', says: DENIED }, ...portRows(allowed, ALLOWED)],
  );
  const [first, second] = ways;
  if (first === undefined) return [];
  return second !== undefined && second.length < first.length ? second : first;
}

/** Writes the rows of a peer of which nothing else is said: without rows, all is denied. */
export function rowsFromNothing(allowed: PortSet): readonly Row[] {
  return rowsOf(allowed, NO_TRAFFIC);
}

const NUMBERS: Readonly<Record<Protocol, number>> = { TCP, UDP, SCTP };

function portRows(ports: PortSet, says: RowVerdict): readonly Row[] {
  return PROTOCOLS.flatMap((name) => {
    const protocol = NUMBERS[name];
    return rangesOf(ports, name).flatMap(([from, to]): readonly Row[] => {
      // No rule can name port 0; it is denied with the ports beside it.
      const first = from === 1 && says === DENIED ? 0 : from;
      if (to - first >= SMALL_RANGE) return [{ kind: 'range', protocol, first, last: to, says }];
      return Array.from({ length: to - first + 1 }, (_, index) => {
        return { kind: 'port', protocol, port: first + index, says };
      });
    });
  });
}

/** Names the policies that decide about a row's traffic, the first few of them. */
export function reasonOf(row: Row, why: PortFunction): string {
  const names = new Set<string>();
  for (const finding of findingsOf(row, why)) {
    if (finding.kind === 'allowed' || finding.kind === 'decidedByTier') {
      names.add(policyText(finding.by.policy));
    }
    if (finding.kind === 'denied') for (const ref of finding.isolatedBy) names.add(policyText(ref));
  }
  return [...names].sort().join(', ');
}

function findingsOf(row: Row, { pieces, other }: PortFunction): readonly PortFunction['other'][] {
  if (row.kind === 'anyPort') return [other];
  const [first, last] = row.kind === 'port' ? [row.port, row.port] : [row.first, row.last];
  const findings: PortFunction['other'][] = [];
  for (let at = placeOf(pieces, row.protocol, first); at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece === undefined || NUMBERS[piece.protocol] !== row.protocol || piece.from > last) break;
    findings.push(piece.finding);
  }
  return findings;
}

/** Where the first piece is that ends at a port or behind it: policies may name thousands of ports. */
function placeOf(pieces: PortFunction['pieces'], protocol: number, port: number): number {
  const rank = PROTOCOLS.findIndex((name) => NUMBERS[name] === protocol);
  return firstPast(pieces, ({ protocol: name, to }) => {
    const place = PROTOCOLS.indexOf(name);
    return place < rank || (place === rank && to < port);
  });
}
