import * as fc from 'fast-check';

/** Names that objects have from birth, and texts that are not what they look like. */
const TEXTS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  '0',
  '-1',
  '1e400',
  '0x10',
  '*',
  '../..',
  'a/b/c',
  '10.0.0.0/8',
  '10.0.0.1/33',
  '::/0',
  '::ffff:10.0.0.1/8',
  'fe80::1%eth0',
  '256.1.1.1',
  'TCP',
  'In',
  'Egress',
  'web-',
  'A'.repeat(64),
  'a'.repeat(300),
  '\u0000',
  '\uD800',
  '\uDC00a',
  '\u2028',
  '\u202E',
  '😀',
  'é',
  '\n',
  '---',
  '{{ .Values.x }}',
];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  80,
  65_535,
  65_536,
  0.5,
  1e21,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 63,
  Number.MIN_VALUE,
];

const arbText = fc.oneof(
  { arbitrary: fc.constantFrom(...TEXTS), weight: 3 },
  fc.string({ unit: 'binary', maxLength: 12 }),
  // Halves of characters, too.
  fc.array(fc.nat(0xffff), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);

const arbScalar: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.constantFrom(...NUMBERS),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -10, max: 70_000 }),
  arbText,
);

/** A mapping as `JSON.parse` makes it: `__proto__` is a field like any other. */
function mappingOf(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries);
}

/** What a field may hold that nobody expects, as `JSON.parse` would make it. */
export const arbJson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    arbScalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(arbText, tie('value')), { maxLength: 4 }).map(mappingOf),
  ),
})).value;

/** Very deep, or very many. */
const arbVast: fc.Arbitrary<unknown> = fc.oneof(
  fc.tuple(fc.integer({ min: 50, max: 400 }), fc.boolean()).map(([depth, lists]) => {
    let value: unknown = 'x';
    for (let level = 0; level < depth; level += 1) value = lists ? [value] : { a: value };
    return value;
  }),
  fc.tuple(fc.integer({ min: 100, max: 2_000 }), arbScalar).map(([length, value]) => {
    return Array.from({ length }, () => value);
  }),
  fc.integer({ min: 1_000, max: 100_000 }).map((length) => 'a.'.repeat(length)),
);

/** What a field may hold, once in a while vast. */
export const arbField: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: arbJson, weight: 30 },
  { arbitrary: arbVast, weight: 1 },
);
