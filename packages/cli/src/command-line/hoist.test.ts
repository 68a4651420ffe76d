import { expect, test } from 'vitest';
import { GLOBAL_FLAGS } from './flags.ts';
import { hoistFlags } from './hoist.ts';

const known = { flags: GLOBAL_FLAGS, commands: ['eval', 'test'] };

test.each([
  [
    'flags with their values move behind the command',
    '-n shop eval -o json',
    'eval -n shop -o json',
  ],
  ['attached values too', '-nshop -ojson eval', 'eval -nshop -ojson'],
  ['long ones', '--namespace shop --output=json eval', 'eval --namespace shop --output=json'],
  ['a switch takes nothing with it', '--strict eval', 'eval --strict'],
  ['standard input is a value', '-f - eval', 'eval -f -'],
  ["the command's own as well", '--from a --port=80 eval --to b', 'eval --from a --port=80 --to b'],
  ["the command's own switch", '--schema test', 'test --schema'],
  ['help of a command', '--help eval', 'eval --help'],
  ['what stands behind stays', 'eval -n shop', 'eval -n shop'],
  ['without a command nothing moves', '--help', '--help'],
])('%s', (_, typed, expected) => {
  expect(hoistFlags(typed.split(' '), known).join(' ')).toBe(expected);
});
