// oxlint-disable no-restricted-globals -- the platform's calendar is what ours is held against
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTime } from './time.ts';

test('reads every time as the platform does', () => {
  const times = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(times, (time) => {
      expect(parseTime(time.toISOString())).toBe(time.getTime());
    }),
    { numRuns: 2_000 },
  );
});

test.each<[reason: string, text: string, expected: number | undefined]>([
  ['a server writes whole seconds', '2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
  ['an offset', '2026-01-31T12:00:00+01:30', Date.UTC(2026, 0, 31, 10, 30)],
  ['a leap day', '2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['a date alone', '2026-01-31', undefined],
  ['no offset', '2026-01-31T12:00:00', undefined],
])('%s', (_reason, text, expected) => {
  expect(parseTime(text)).toBe(expected);
});
