import {
  ALL_TRAFFIC,
  hasPort,
  NO_TRAFFIC,
  type PortFunction,
  portRange,
  type PortSet,
  type Protocol,
  PROTOCOLS,
  subtractPorts,
  unionPorts,
} from '@ringfence/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALLOWED, DENIED, SCTP, TCP, UDP } from '../ruleset/numbers.ts';
import { reasonOf, type Row, rowsOf } from './rows.ts';

const NUMBERS = { TCP, UDP, SCTP } as const;

/** What rows say of a port: the most exact one decides. */
function reads(rows: readonly Row[], protocol: number, port: number): number | undefined {
  const exact = rows.find(
    (row) => row.kind === 'port' && row.protocol === protocol && row.port === port,
  );
  const range = rows.find(
    (row) =>
      row.kind === 'range' && row.protocol === protocol && row.first <= port && port <= row.last,
  );
  const any = rows.find((row) => row.kind === 'anyPort');
  return (exact ?? range ?? any)?.says;
}

const arbPorts: fc.Arbitrary<PortSet> = fc
  .tuple(
    fc.constantFrom(NO_TRAFFIC, ALL_TRAFFIC),
    fc.array(
      fc.tuple(
        fc.constantFrom(...PROTOCOLS),
        fc.constantFrom(1, 2, 80, 65_000),
        fc.constantFrom(0, 1, 62, 63, 64, 65, 400, 65_535),
        fc.boolean(),
      ),
      { maxLength: 4 },
    ),
  )
  .map(([start, steps]) =>
    steps.reduce((ports, [protocol, from, length, adds]) => {
      const range = portRange(protocol, from, Math.min(65_535, from + length));
      return adds ? unionPorts(ports, range) : subtractPorts(ports, range);
    }, start),
  );

describe('rowsOf', () => {
  test('says exactly what is allowed, together with what holds otherwise', () => {
    fc.assert(
      fc.property(arbPorts, arbPorts, (allowed, otherwise) => {
        const rows = rowsOf(allowed, otherwise);
        const verdict = (ports: PortSet, name: Parameters<typeof hasPort>[1], port: number) =>
          hasPort(ports, name, port) ? ALLOWED : DENIED;
        expect(reads(rows, 99, 0) ?? verdict(otherwise, 'other', 0)).toBe(
          verdict(allowed, 'other', 0),
        );
        for (const name of PROTOCOLS) {
          const wrong = EDGES.filter((port) => {
            const said = reads(rows, NUMBERS[name], port) ?? verdict(otherwise, name, port);
            return said !== verdict(allowed, name, port);
          });
          expect(wrong).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, PortSet, PortSet, readonly Row[]]>([
    ['nothing where nothing differs', ALL_TRAFFIC, ALL_TRAFFIC, []],
    ['one row for everything', ALL_TRAFFIC, NO_TRAFFIC, [{ kind: 'anyPort', says: ALLOWED }]],
    ['one row for nothing', NO_TRAFFIC, ALL_TRAFFIC, [{ kind: 'anyPort', says: DENIED }]],
    [
      'a port by itself',
      portRange('TCP', 80, 80),
      NO_TRAFFIC,
      [{ kind: 'port', protocol: TCP, port: 80, says: ALLOWED }],
    ],
    [
      'what is left out',
      subtractPorts(ALL_TRAFFIC, portRange('UDP', 53, 53)),
      NO_TRAFFIC,
      [
        { kind: 'anyPort', says: ALLOWED },
        { kind: 'port', protocol: UDP, port: 53, says: DENIED },
      ],
    ],
    [
      'a long range as one row',
      portRange('SCTP', 100, 164),
      NO_TRAFFIC,
      [{ kind: 'range', protocol: SCTP, first: 100, last: 164, says: ALLOWED }],
    ],
    [
      'port 0 with the ports that are denied beside it',
      subtractPorts(ALL_TRAFFIC, portRange('TCP', 1, 65_535)),
      ALL_TRAFFIC,
      [{ kind: 'range', protocol: TCP, first: 0, last: 65_535, says: DENIED }],
    ],
  ])('writes %s', (_, allowed, otherwise, rows) => {
    expect(rowsOf(allowed, otherwise)).toEqual(rows);
  });

  test('writes up to 64 ports one by one', () => {
    expect(rowsOf(portRange('TCP', 100, 163), NO_TRAFFIC)).toHaveLength(64);
  });
});

describe('reasonOf', () => {
  test('names who decides about any of the ports of a row, and nobody else', () => {
    const why = functionOf([
      ['TCP', 1, 79],
      ['TCP', 80, 80],
      ['TCP', 81, 65_535],
      ['UDP', 1, 65_535],
      ['SCTP', 1, 36_411],
      ['SCTP', 36_412, 65_535],
    ]);
    const port = (protocol: number, at: number): string =>
      reasonOf({ kind: 'port', protocol, port: at, says: ALLOWED }, why);
    const range = (protocol: number, first: number, last: number): string =>
      reasonOf({ kind: 'range', protocol, first, last, says: DENIED }, why);
    expect([1, 79, 80, 81, 65_535].map((at) => port(TCP, at))).toEqual([
      'n/TCP-1',
      'n/TCP-1',
      'n/TCP-80',
      'n/TCP-81',
      'n/TCP-81',
    ]);
    expect([port(UDP, 53), port(SCTP, 36_411), port(SCTP, 36_412)]).toEqual([
      'n/UDP-1',
      'n/SCTP-1',
      'n/SCTP-36412',
    ]);
    expect(range(TCP, 0, 80)).toBe('n/TCP-1, n/TCP-80');
    expect(range(TCP, 79, 65_535)).toBe('n/TCP-1, n/TCP-80, n/TCP-81');
    expect(range(SCTP, 1, 65_535)).toBe('n/SCTP-1, n/SCTP-36412');
    expect(reasonOf({ kind: 'anyPort', says: ALLOWED }, why)).toBe('n/other');
  });
});

/** One policy for each piece, called as the piece. */
function functionOf(
  pieces: readonly (readonly [protocol: Protocol, from: number, to: number])[],
): PortFunction {
  const by = (name: string): PortFunction['other'] => ({
    kind: 'denied',
    isolatedBy: [{ kind: 'NetworkPolicy', namespace: 'n', name }],
    passed: [],
  });
  return {
    pieces: pieces.map(([protocol, from, to]) => {
      return { protocol, from, to, finding: by(`${protocol}-${from}`) };
    }),
    other: by('other'),
    allowed: NO_TRAFFIC,
    unknown: NO_TRAFFIC,
  };
}

/** Both sides of wherever a range can begin or end. */
const EDGES = [1, 2, 80, 65_000]
  .flatMap((from) => [0, 1, 62, 63, 64, 65, 400].map((length) => from + length))
  .flatMap((port) => [port - 1, port, port + 1])
  .concat(65_535)
  .filter((port) => port >= 1 && port <= 65_535);
