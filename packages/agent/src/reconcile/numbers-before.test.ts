import { FIRST_IDENTITY, type Ruleset } from '@ringfence/dataplane';
import { expect, test } from 'vitest';
import { shopRuleset } from '../kernel/testing.ts';
import { numbersBefore } from './numbers-before.ts';

const RULESET = shopRuleset();
const SET = 'ingress4_ports';

/** The same, with a row about a number that no address has: its agent died before it went. */
function withRowOf(number: number): Ruleset {
  const rows = RULESET.elements.get(SET) ?? [];
  const left = { key: [0x0a01_0002, number, 6, 80], identity: 1, comment: '' };
  return { ...RULESET, elements: new Map([...RULESET.elements, [SET, [...rows, left]]]) };
}

test('the highest number is one that an address has, or that a row was left of', () => {
  const numbers = ['identities4', 'identities6', 'segments4', 'segments6'].flatMap((name) =>
    (RULESET.elements.get(name) ?? []).map(({ identity }) => identity ?? 0),
  );
  const highest = Math.max(...numbers);
  expect(highest).toBeGreaterThan(FIRST_IDENTITY);
  expect(numbersBefore(RULESET)?.highest).toBe(highest);
  expect(numbersBefore(withRowOf(500))?.highest).toBe(500);
  expect(numbersBefore(undefined)).toBeUndefined();
});
