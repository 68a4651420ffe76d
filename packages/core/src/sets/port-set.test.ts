import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROTOCOLS } from '../objects/object.ts';
import {
  ALL_TRAFFIC,
  hasPort,
  intersectPorts,
  isNoTraffic,
  NO_TRAFFIC,
  type PortSet,
  portRange,
  portSetKey,
  rangesOf,
  subtractPorts,
  unionPorts,
} from './port-set.ts';

const PORTS = [1, 2, 3, 79, 80, 81, 65_534, 65_535] as const;

const arbRange = fc
  .tuple(fc.constantFrom(...PROTOCOLS), fc.constantFrom(...PORTS), fc.constantFrom(...PORTS))
  .map(([protocol, one, other]) => portRange(protocol, Math.min(one, other), Math.max(one, other)));

const arbPortSet: fc.Arbitrary<PortSet> = fc
  .tuple(fc.array(arbRange, { maxLength: 5 }), fc.boolean())
  .map(([ranges, other]) => ({
    spans: ranges.reduce((all, range) => unionPorts(all, range), NO_TRAFFIC).spans,
    other,
  }));

/** Every place at which membership can change. */
const TRAFFIC = [
  { protocol: 'other' as const, port: 0 },
  ...PROTOCOLS.flatMap((protocol) =>
    PORTS.flatMap((port) => [port - 1, port, port + 1])
      .filter((port) => port >= 1 && port <= 65_535)
      .map((port) => ({ protocol, port })),
  ),
];

describe('sets of ports', () => {
  test.each([
    ['union', unionPorts, (left: boolean, right: boolean) => left || right],
    ['intersection', intersectPorts, (left: boolean, right: boolean) => left && right],
    ['difference', subtractPorts, (left: boolean, right: boolean) => left && !right],
  ])('%s holds what it must, port by port, in canonical form', (_, combine, wanted) => {
    fc.assert(
      fc.property(arbPortSet, arbPortSet, (left, right) => {
        const result = combine(left, right);
        for (const { protocol, port } of TRAFFIC) {
          const [inLeft, inRight] = [hasPort(left, protocol, port), hasPort(right, protocol, port)];
          expect(hasPort(result, protocol, port)).toBe(wanted(inLeft, inRight));
        }
        const gaps = result.spans
          .slice(1)
          .map((place, index) => place - (result.spans[index] ?? 0));
        // A span may be one port; between two spans at least one is missing.
        expect(gaps.every((gap, index) => (index % 2 === 0 ? gap >= 0 : gap >= 2))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('are equal when their keys are', () => {
    fc.assert(
      fc.property(arbPortSet, arbPortSet, (left, right) => {
        const same = TRAFFIC.every(
          ({ protocol, port }) => hasPort(left, protocol, port) === hasPort(right, protocol, port),
        );
        expect(portSetKey(left) === portSetKey(right)).toBe(same);
        expect(isNoTraffic(left)).toBe(portSetKey(left) === portSetKey(NO_TRAFFIC));
      }),
      { numRuns: 2_000 },
    );
  });

  test('are told as ranges of each protocol', () => {
    const web = unionPorts(portRange('TCP', 80, 80), portRange('TCP', 81, 90));
    expect(rangesOf(unionPorts(web, portRange('UDP', 53, 53)), 'TCP')).toEqual([[80, 90]]);
    expect(rangesOf(ALL_TRAFFIC, 'SCTP')).toEqual([[1, 65_535]]);
    expect(rangesOf(NO_TRAFFIC, 'TCP')).toEqual([]);
  });
});
