import { expect, test } from 'vitest';
import { goQuote } from './go-quote.ts';

test.each([
  ['plain', 'a b', '"a b"'],
  ['quotes and backslashes', '"\\', String.raw`"\"\\"`],
  ['white space with a name', '\n\t\r', String.raw`"\n\t\r"`],
  ['a bell', '\u0007', String.raw`"\a"`],
  ['control characters', '\u0001\u007F', String.raw`"\x01\x7f"`],
  ['letters and symbols of any script', 'é😀', '"é😀"'],
  ['spaces that look like others', '\u00A0\u2028', String.raw`"\u00a0\u2028"`],
  ['what is beyond the first plane and not printed', '\u{E0001}', String.raw`"\U000e0001"`],
])('%s', (_reason, text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});
