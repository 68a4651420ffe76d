import { expect, test } from 'vitest';
import { macBytes, macText } from './mac-text.ts';

test('macText gives back what macBytes read', () => {
  expect(macText(macBytes('02:00:00:0A:bc:ff'))).toBe('02:00:00:0a:bc:ff');
  expect(macText(new Uint8Array(0))).toBe('');
});

test.each(['', '02:00:00:00:00', '02:00:00:00:00:00:00', '02-00-00-00-00-01', '2:0:0:0:0:1'])(
  'macBytes refuses `%s`',
  (text) => {
    expect(() => macBytes(text)).toThrow(RangeError);
  },
);
