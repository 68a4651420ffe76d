import { expect, test } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { complete, type NameSource } from './complete.ts';

const NAMES: NameSource = {
  ends: async () => ['shop/web-1', 'shop/db-0', 'node/n1'],
  namespaces: async () => ['shop'],
};

async function at(line: string): Promise<string> {
  const { candidates, files } = await complete(COMMANDS, line.split(' '), NAMES);
  return [...candidates, ...(files ? [':files'] : [])].join(' ');
}

test.each([
  ['commands', 'ev', 'eval'],
  [
    'no hidden ones',
    '',
    'eval matrix test compile up down status exec probe verify agent start completion help',
  ],
  ['commands behind flags', '-n shop ev', 'eval'],
  ['flags of a command', 'eval --fr', '--from'],
  ['flags before a command', '--nam', '--namespace'],
  ['ends', 'eval --from shop/w', 'shop/web-1'],
  ['namespaces', '-n ', 'shop'],
  ['files', 'eval -f ', ':files'],
  ['formats', 'eval -o ', 'text json yaml'],
  ['closed lists', 'eval --own-node-egress a', 'allow'],
  ['nothing for a port', 'eval --port ', ''],
  ['shells', 'completion z', 'zsh'],
  ['files as operands', 'test ', ':files'],
  ['nothing for what is no command', 'nope --x', ''],
])('completes %s', async (_, line, expected) => {
  expect(await at(line)).toBe(expected);
});
