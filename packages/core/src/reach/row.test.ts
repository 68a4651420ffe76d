import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowAt, rowOf } from './row.ts';

/** Kinds of peers by position: strangers (0) mostly; a number for each kind. */
const arbPeers = fc.record({
  kinds: fc.array(fc.constantFrom(0, 0, 0, 1, 2, 3), { minLength: 1, maxLength: 30 }),
  numbers: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
  pods: fc.nat(30),
});

test('a row gives each peer back what holds for its kind, and lists as few as can be', () => {
  fc.assert(
    fc.property(arbPeers, ({ kinds, numbers, pods }) => {
      const span = { pods: Math.min(pods, kinds.length), all: kinds.length };
      const told = {
        positions: Int32Array.from(kinds.keys()).filter((position) => kinds[position] !== 0),
        kinds: Int32Array.from(kinds),
      };
      const numberOf = (position: number): number => numbers[kinds[position] ?? 0] ?? 0;
      const row = rowOf(span, told, numberOf);
      const wanted = kinds.map((_, position) => numberOf(position));
      expect(kinds.map((_, position) => rowAt(row, span, position))).toEqual(wanted);
      const most = (numbersThere: readonly number[]): number =>
        Math.max(0, ...numbersThere.map((each) => numbersThere.filter((n) => n === each).length));
      const unlisted = most(wanted.slice(0, span.pods)) + most(wanted.slice(span.pods));
      expect(row.positions.length).toBe(kinds.length - unlisted);
    }),
    { numRuns: 5_000 },
  );
});
