import { expect, test } from 'vitest';
import { interfaceName } from './interface-name.ts';

test('a name is never too long, and always the same', () => {
  const longest = `${'n'.repeat(63)}/${'p'.repeat(253)}`;
  for (const key of ['', 'a', longest]) {
    const name = interfaceName('rf', key);
    expect(name.length).toBeLessThanOrEqual(15);
    expect(name).toMatch(/^rf[a-z0-9]+$/);
    expect(interfaceName('rf', key)).toBe(name);
  }
});

test('pods whose names run into each other have other names', () => {
  const keys = [
    'ab/c',
    'a/bc',
    'x-y/z',
    'x/y-z',
    ...Array.from({ length: 20_000 }, (_, n) => `a/${n}`),
  ];
  expect(new Set(keys.map((key) => interfaceName('rf', key))).size).toBe(keys.length);
});
