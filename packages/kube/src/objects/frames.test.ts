import { expect, test } from 'vitest';
import { createFrameReader, frameOf } from './frames.ts';

const VALUES = [{ a: 1n, b: new Map([['k', new Set([1, 2])]]) }, '', undefined, 'x'.repeat(5_000)];

test.each([1, 2, 3, 7, 4_096, 1_000_000])('values come whole in pieces of %i bytes', (size) => {
  const bytes = Buffer.concat(VALUES.map(frameOf));
  const read = createFrameReader(10_000);
  const values: unknown[] = [];
  for (let at = 0; at < bytes.length; at += size)
    values.push(...read(bytes.subarray(at, at + size)));
  expect(values).toEqual(VALUES);
});

test('what announces more than there may be is refused before it is there', () => {
  const frame = frameOf('x'.repeat(200));
  const read = createFrameReader(100);
  expect(() => read(frame.subarray(0, 4))).toThrow('is too long');
});

test('what is no value is refused', () => {
  expect(() => createFrameReader(100)(Buffer.from([0, 0, 0, 2, 7, 7]))).toThrow();
});
