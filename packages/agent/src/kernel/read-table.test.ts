import type { Ruleset } from '@ringfence/dataplane';
import { type Change, commit } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeRule } from './encode-rule.ts';
import { encodeSet } from './encode-set.ts';
import { withGeneration } from './generation-changes.ts';
import { installChanges, tableOf, worldOf } from './install-changes.ts';
import { readTable } from './read-table.ts';
import { ruleHandles } from './rule-handles.ts';
import { ruleChanges, setNumbers } from './step.ts';
import {
  bridgeRuleset,
  cannotTest,
  openTestKernel,
  setNamed,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const RULESET = shopRuleset();
const { family, table } = RULESET;
/** The place of the rule of `forward` that stamps. */
const STAMP = 4;
const chain = (
  name: string,
): { readonly family: 'inet' | 'bridge'; readonly table: string; readonly name: string } => ({
  family,
  table,
  name,
});

describe.skipIf(cannotTest() !== undefined)(titled('a table of the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  function install(ruleset: Ruleset): void {
    for (const changes of installChanges(ruleset, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
  }

  /** Gives a rule of the kernel another body. */
  function replaced(
    name: string,
    place: number,
    by: Ruleset['chains'][number]['rules'][number],
  ): readonly Change[] {
    const handle = ruleHandles(kernel.socket, RULESET).of(name, place);
    const rule = encodeRule(worldOf(RULESET), by);
    return ruleChanges(
      { family, table, chain: name, rule },
      { kind: 'replace', handle },
      setNumbers(),
    );
  }

  function ruleOf(name: string, place: number): Ruleset['chains'][number]['rules'][number] {
    const rule = RULESET.chains.find((each) => each.name === name)?.rules[place];
    if (rule === undefined) throw new Error(`there is no rule ${place} in ${name}`);
    return rule;
  }

  const drop = { matches: [], actions: [], verdict: { kind: 'drop' }, comment: '' } as const;

  test.each([
    ['a node', RULESET, 1],
    ['a node in another generation', shopRuleset({ generation: 4711 }), 4711],
    ['a bridge', bridgeRuleset(), undefined],
  ])('is read back: that of %s', (_, ruleset, generation) => {
    install(ruleset);
    const expected = ruleset.family === 'bridge' ? ruleset : RULESET;
    const dynamic = ruleset.sets.filter((set) => set.dynamic !== undefined);
    const elements = new Map(ruleset.elements);
    for (const { name } of dynamic) elements.delete(name);
    expect(readTable(kernel.socket, expected)).toMatchObject({
      kind: 'ok',
      value: { elements, generation, ownerPort: 0, persistent: false },
    });
  });

  test('is read whatever its counters say, and whatever rules have put into sets', () => {
    install(RULESET);
    commit(kernel.socket, replaced('spoofed', 0, { ...drop, actions: [{ kind: 'count' }] }));
    commit(kernel.socket, [
      { kind: 'addElements', set: chain('denied4'), elements: [{ key: new Uint8Array(16) }] },
    ]);
    expect(readTable(kernel.socket, RULESET)).toMatchObject({ kind: 'ok' });
  });

  test('is none where there is none', () => {
    expect(readTable(kernel.socket, RULESET)).toEqual({
      kind: 'failed',
      error: 'there is no table `ringfence`',
    });
  });

  test.each<readonly [string, () => readonly Change[], string]>([
    [
      'dormant',
      () => [
        {
          kind: 'addTable',
          table: {
            ...tableOf(RULESET, false),
            flags: { dormant: true, owner: false, persist: false },
          },
        },
      ],
      'table `ringfence` is dormant: it sees no packets',
    ],
    [
      'a chain more',
      () => [{ kind: 'addChain', chain: chain('more') }],
      'there is another chain `more`',
    ],
    [
      'a hook less',
      () => [
        { kind: 'flushChain', chain: chain('input') },
        { kind: 'deleteChain', chain: chain('input') },
      ],
      'there is no chain `input`',
    ],
    [
      'a hook elsewhere',
      () => [
        { kind: 'flushChain', chain: chain('input') },
        { kind: 'deleteChain', chain: chain('input') },
        {
          kind: 'addChain',
          chain: {
            ...chain('input'),
            base: { type: 'filter', hook: 'input', priority: 1, policy: 'accept', devices: [] },
          },
        },
      ],
      'chain `input` sees packets elsewhere',
    ],
    [
      'a set more',
      () => [{ kind: 'addSet', set: { ...encodeSet(RULESET, setNamed('ready4')), name: 'more' } }],
      'there is another set `more`',
    ],
    ['a rule less', () => replacedByNothing(), 'chain `spoofed` has 0 rules, not 1'],
    [
      'another verdict',
      () => replaced('spoofed', 0, { ...ruleOf('spoofed', 0), verdict: { kind: 'accept' } }),
      'rule 1 of chain `spoofed` is another one',
    ],
    [
      'another comment',
      () => replaced('spoofed', 0, { ...ruleOf('spoofed', 0), comment: 'x' }),
      'rule 1 of chain `spoofed` is another one',
    ],
    [
      'other values in a set without a name',
      () =>
        replaced('from_pod', 0, {
          ...ruleOf('from_pod', 0),
          matches: [{ kind: 'icmpType', family: 'IPv4', types: [5, 8] }],
        }),
      'rule 1 of chain `from_pod` is another one',
    ],
    [
      'no generation',
      () => replaced('forward', STAMP, drop),
      'rule 5 of chain `forward` holds no generation',
    ],
    [
      'two generations',
      () =>
        replaced(
          'forward',
          STAMP,
          withGeneration(RULESET, 2).chains.find(({ name }) => name === 'forward')?.rules[STAMP] ??
            drop,
        ),
      'rules hold two generations',
    ],
    [
      'a generation that sets bits of others',
      () =>
        replaced('forward', STAMP, {
          ...ruleOf('forward', STAMP),
          actions: [{ kind: 'setMark', mask: 0xffff_0000, value: 0x1_0001 }],
        }),
      'rule 5 of chain `forward` holds no generation',
    ],
    [
      'an interval without a beginning',
      () => [
        {
          kind: 'addElements',
          set: chain('pod_ranges4'),
          elements: [{ key: new Uint8Array(4), intervalEnd: true }],
        },
      ],
      'set `pod_ranges4`: an interval has no beginning',
    ],
  ])('is not taken with %s', (_, changes, reason) => {
    install(RULESET);
    commit(kernel.socket, changes());
    expect(readTable(kernel.socket, RULESET)).toEqual({ kind: 'failed', error: reason });
  });

  function replacedByNothing(): readonly Change[] {
    return [{ kind: 'flushChain', chain: chain('spoofed') }];
  }

  test('is not taken with another set', () => {
    const other = RULESET.sets.map((set) =>
      set.name === 'denied4' ? { ...set, dynamic: { size: 7, seconds: 60 } } : set,
    );
    install({ ...RULESET, sets: other });
    expect(readTable(kernel.socket, RULESET)).toEqual({
      kind: 'failed',
      error: 'set `denied4` is another one',
    });
  });
});
