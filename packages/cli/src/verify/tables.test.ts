import type { HeldTable } from '@ringfence/agent';
import { expect, test } from 'vitest';
import { tablesIn } from './tables.ts';

function table(parts: Partial<HeldTable> & { readonly hooks?: boolean } = {}): HeldTable {
  const { family = 'inet', name = 'ringfence', hooks = true } = parts;
  return {
    family,
    name,
    ownerPort: 7,
    persistent: true,
    dormant: false,
    ruleset: {
      family,
      table: name,
      sets: [],
      elements: new Map(),
      chains: [
        { name: 'input', base: hooks ? { hook: 'input', priority: 0 } : undefined, rules: [] },
      ],
      unknown: [],
    },
    ...parts,
  };
}

test.each<[string, readonly HeldTable[], boolean, readonly string[], readonly string[]]>([
  ['the one that an agent owns', [table()], false, [], []],
  ['the second name', [table({ name: 'ringfence_2' })], false, [], []],
  ['none', [], false, ['there is no table inet ringfence: nothing is enforced by it'], []],
  [
    'one that sleeps',
    [table({ dormant: true })],
    false,
    [
      'table inet ringfence is dormant: it sees no packets',
      'nothing sees packets in table inet ringfence: nothing is enforced by it',
    ],
    [],
  ],
  [
    'one without an owner',
    [table({ ownerPort: 0 })],
    false,
    [],
    [
      'nobody owns table inet ringfence: no agent lives here, and any program of root may change it',
    ],
  ],
  [
    'one that does not stay',
    [table({ persistent: false })],
    false,
    [],
    ['table inet ringfence goes when the agent ends'],
  ],
  [
    'two that see packets',
    [table(), table({ name: 'ringfence_2' })],
    false,
    ['table inet ringfence_2 is there beside table inet ringfence: packets must pass both'],
    [],
  ],
  [
    'one that was begun beside',
    [table(), table({ name: 'ringfence_2', hooks: false })],
    false,
    [],
    ['table inet ringfence_2 sees no packets: a new table was begun, and never brought up'],
  ],
  [
    'none for a bridge that there is',
    [table()],
    true,
    ['there is no table bridge ringfence: nothing is enforced by it'],
    [],
  ],
  ['both', [table(), table({ family: 'bridge' })], true, [], []],
])('of tables finds %s', (_, tables, needsBridge, wrong, notes) => {
  const found = tablesIn(tables, { name: 'ringfence', needsBridge });
  expect({ wrong: found.wrong, notes: found.notes }).toEqual({ wrong, notes });
});
