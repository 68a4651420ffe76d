import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MalformedAnswer } from '../kernel-error.ts';
import { arbAttributes, type AttributeTree, writeTrees } from './attributes.arbitrary.ts';
import {
  attributeMap,
  attributesIn,
  longBEIn,
  numberBEIn,
  numberIn,
  stringIn,
} from './attributes.ts';
import { Writer } from './writer.ts';

/** Reads attributes whose shape is known: only those that hold others are read further. */
function treesIn(bytes: Buffer, shape: readonly AttributeTree[]): readonly AttributeTree[] {
  return [...attributesIn(bytes)].map(({ type, value }, index) => {
    const wanted = shape[index];
    return wanted?.kind === 'nest'
      ? { kind: 'nest', type, inside: treesIn(value, wanted.inside) }
      : { kind: 'leaf', type, value: Uint8Array.from(value) };
  });
}

/** Runs something that may fail in one way only. */
function tolerant(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(MalformedAnswer);
  }
}

test('what was written is read', () => {
  fc.assert(
    fc.property(arbAttributes, (trees) => {
      const bytes = writeTrees(new Writer(), trees).bytes();
      expect(bytes.length % 4).toBe(0);
      expect(treesIn(bytes, trees)).toEqual(trees);
    }),
  );
});

test('attributes that are cut off are malformed, or fewer', () => {
  fc.assert(
    fc.property(arbAttributes, fc.nat(), (trees, cut) => {
      const bytes = writeTrees(new Writer(), trees).bytes();
      const part = bytes.subarray(0, cut % (bytes.length + 1));
      tolerant(() => {
        const read = treesIn(part, trees);
        const whole = trees.slice(0, read.length);
        expect(read).toEqual(whole);
      });
    }),
  );
});

test('random bytes are attributes or malformed, and there is an end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(80), (bytes, from) => {
      tolerant(() => {
        const read = [...attributesIn(Buffer.from(bytes), from)];
        expect(read.length).toBeLessThanOrEqual(bytes.length / 4);
      });
    }),
    { numRuns: 5_000 },
  );
});

describe('lengths that cannot be', () => {
  test.each([
    ['less than its own header', [3, 0, 1, 0]],
    ['nothing', [0, 0, 1, 0]],
    ['more than there is', [9, 0, 1, 0, 1, 2, 3, 4]],
    ['a header without its end', [4, 0, 1]],
    ['a second one that is cut off', [4, 0, 1, 0, 8, 0, 2, 0, 1]],
  ])('%s', (_, bytes) => {
    expect(() => [...attributesIn(Buffer.from(bytes))]).toThrow(MalformedAnswer);
  });
});

test('the last attribute needs no padding', () => {
  const read = [...attributesIn(Buffer.from([5, 0, 1, 0, 7]))];
  expect(read).toEqual([{ type: 1, value: Buffer.from([7]) }]);
});

test('the flags of a type do not count', () => {
  const read = [...attributesIn(Buffer.from([4, 0, 7, 0x80, 4, 0, 8, 0x40]))];
  expect(read.map(({ type }) => type)).toEqual([7, 8]);
});

test('of attributes with one type the last one counts', () => {
  const bytes = new Writer().u32(0).u8Attribute(1, 1).u8Attribute(2, 2).u8Attribute(1, 3).bytes();
  const values = [...attributeMap(bytes, 4)].map(([type, value]) => [type, numberIn(value)]);
  expect(values).toEqual([
    [1, 3],
    [2, 2],
  ]);
});

test('numbers have 1, 2, 4 or 8 bytes', () => {
  expect(numberIn(Buffer.from([1]))).toBe(1);
  expect(numberIn(Buffer.from([1, 2]))).toBe(0x0201);
  expect(numberIn(Buffer.from([0xfc, 0xfd, 0xfe, 0xff]))).toBe(0xfffefdfc);
  expect(numberBEIn(Buffer.from([1]))).toBe(1);
  expect(numberBEIn(Buffer.from([1, 2]))).toBe(0x0102);
  expect(numberBEIn(Buffer.from([0xff, 0xfe, 0xfd, 0xfc]))).toBe(0xfffefdfc);
  expect(longBEIn(Buffer.from([0, 0, 0, 1, 0, 0, 0, 2]))).toBe((1n << 32n) + 2n);
  for (const length of [0, 3, 5, 8]) {
    expect(() => numberIn(Buffer.alloc(length))).toThrow(MalformedAnswer);
    expect(() => numberBEIn(Buffer.alloc(length))).toThrow(MalformedAnswer);
  }
  expect(() => longBEIn(Buffer.alloc(4))).toThrow(MalformedAnswer);
});

test('a text ends with its zero byte, or with its attribute', () => {
  expect(stringIn(Buffer.from('veth0\0\0\0'))).toBe('veth0');
  expect(stringIn(Buffer.from('veth0'))).toBe('veth0');
  expect(stringIn(Buffer.alloc(0))).toBe('');
});
