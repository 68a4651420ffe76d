import { expect, test } from 'vitest';
import { DEFAULT_COMPILE_OPTIONS } from '../compile/options.ts';
import { chainsOf } from './layout.ts';

test('flows are stamped by the chains at hooks alone, behind all that judges', () => {
  const chains = chainsOf(DEFAULT_COMPILE_OPTIONS);
  const stamping = chains.filter(({ rules }) =>
    rules.some(({ actions }) => actions.some(({ kind }) => kind === 'setMark')),
  );
  expect(stamping.map(({ base }) => base?.hook)).toEqual(['forward', 'input']);
  for (const { rules } of stamping) {
    expect(rules.at(-1)).toMatchObject({ matches: [], actions: [{ kind: 'setMark' }] });
  }
});
