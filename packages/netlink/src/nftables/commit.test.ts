import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KernelError } from '../kernel-error.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import type { Expression } from './expressions/expression.ts';
import { nftGeneration } from './generation.ts';
import { nftChains, nftElements, nftRules, nftSets, nftTables } from './listing.ts';
import { openNetfilterSocket } from './netfilter.ts';
import type { Placement } from './rule.ts';
import {
  cannotTest,
  chainNamed,
  openTestRuleset,
  ruleOf,
  setNamed,
  TABLE,
  type TestRuleset,
  titled,
} from './testing.ts';

const address = (last: number): Uint8Array => Uint8Array.of(10, 0, 0, last);
const accept: Expression = { kind: 'verdict', verdict: { kind: 'accept' } };

const s = setNamed('s');
const elements = [7, 8, 9].map((last) => ({ key: address(last) }));
const none = { ...TABLE, name: 'none' };
const absent = { ...ruleOf('c', accept), handle: 999 };

const SETUP: readonly Change[] = [
  { kind: 'addTable', table: TABLE },
  { kind: 'addChain', chain: chainNamed('c') },
  { kind: 'addSet', set: s },
  { kind: 'addElements', set: s, elements: [{ key: address(1) }] },
];

const REFUSED: readonly (readonly [string, Change])[] = [
  ['create table inet test: EEXIST', { kind: 'createTable', table: TABLE }],
  ['delete table inet none: ENOENT', { kind: 'deleteTable', table: none }],
  ['flush table inet none: ENOENT', { kind: 'flushTable', table: none }],
  ['create chain inet test c: EEXIST', { kind: 'createChain', chain: chainNamed('c') }],
  [
    'add chain inet none c: ENOENT',
    { kind: 'addChain', chain: { ...chainNamed('c'), table: 'none' } },
  ],
  ['delete chain inet test none: ENOENT', { kind: 'deleteChain', chain: chainNamed('none') }],
  ['flush chain inet test none: ENOENT', { kind: 'flushChain', chain: chainNamed('none') }],
  [
    'add rule (verdict) of chain inet test none: ENOENT',
    { kind: 'addRule', rule: ruleOf('none', accept), at: { kind: 'last' } },
  ],
  [
    'add rule `mine` of chain inet test c: ENOENT',
    { kind: 'addRule', rule: { ...absent, comment: 'mine' }, at: { kind: 'after', handle: 999 } },
  ],
  [
    'replace rule 999 by (verdict) of chain inet test c: ENOENT',
    { kind: 'replaceRule', rule: absent, handle: 999 },
  ],
  ['delete rule 999 of chain inet test c: ENOENT', { kind: 'deleteRule', rule: absent }],
  ['create set inet test s: EEXIST', { kind: 'createSet', set: s }],
  ['delete set inet test none: ENOENT', { kind: 'deleteSet', set: setNamed('none') }],
  ['flush set inet test none: ENOENT', { kind: 'flushSet', set: setNamed('none') }],
  [
    'create element 0a000001 of set inet test s: EEXIST',
    { kind: 'createElements', set: s, elements: [...elements, { key: address(1) }] },
  ],
  [
    'add element 0a00 of set inet test s: EINVAL',
    { kind: 'addElements', set: s, elements: [...elements, { key: Uint8Array.of(10, 0) }] },
  ],
  [
    'delete element 0a000007 of set inet test s: ENOENT',
    { kind: 'deleteElements', set: s, elements: [{ key: address(1) }, ...elements] },
  ],
];

const KINDS = {
  addTable: true,
  createTable: true,
  deleteTable: true,
  flushTable: true,
  addChain: true,
  createChain: true,
  deleteChain: true,
  flushChain: true,
  addRule: true,
  replaceRule: true,
  deleteRule: true,
  addSet: true,
  createSet: true,
  deleteSet: true,
  flushSet: true,
  addElements: true,
  createElements: true,
  deleteElements: true,
} as const satisfies Readonly<Record<Change['kind'], true>>;

describe.skipIf(cannotTest() !== undefined)(titled('commit'), () => {
  let kernel: TestRuleset;

  beforeEach(() => {
    kernel = openTestRuleset();
    commit(kernel.socket, SETUP);
  });
  afterEach(() => kernel.close());

  /** What the kernel says against a commit. */
  function refusal(...changes: readonly Change[]): string {
    try {
      commit(kernel.socket, changes);
    } catch (error) {
      if (error instanceof KernelError) return error.message;
      throw error;
    }
    return 'nothing';
  }

  function comments(): readonly string[] {
    return nftRules(kernel.socket, TABLE).map(({ comment }) => comment);
  }

  function add(comment: string, at: Placement = { kind: 'last' }): void {
    commit(kernel.socket, [{ kind: 'addRule', rule: { ...ruleOf('c', accept), comment }, at }]);
  }

  function handleOf(comment: string): number {
    const rule = nftRules(kernel.socket, TABLE).find((one) => one.comment === comment);
    return rule?.handle ?? -1;
  }

  test('no changes are nothing', () => {
    const { id } = nftGeneration(kernel.socket);
    commit(kernel.socket, []);
    commit(kernel.socket, [{ kind: 'deleteElements', set: setNamed('s'), elements: [] }]);
    expect(nftGeneration(kernel.socket).id).toBe(id);
    expect(nftElements(kernel.socket, setNamed('s'))).toEqual([{ key: address(1) }]);
  });

  // A refused commit changes nothing, and names what was refused.
  test.each(REFUSED)('cannot %s', (message, change) => {
    const { id } = nftGeneration(kernel.socket);
    const before: Change = { kind: 'addSet', set: setNamed('before') };
    const after: Change = { kind: 'addChain', chain: chainNamed('after') };
    expect(refusal(before, change, after)).toMatch(
      new RegExp(`^cannot ${message.replaceAll(/[().]/g, '\\$&')}`),
    );
    expect(nftSets(kernel.socket)).toEqual([s]);
    expect(nftChains(kernel.socket)).toEqual([chainNamed('c')]);
    expect(nftElements(kernel.socket, s)).toEqual([{ key: address(1) }]);
    expect(nftGeneration(kernel.socket).id).toBe(id);
    // The next one is not disturbed by what was said to this one.
    commit(kernel.socket, [before, after]);
  });

  test('every kind of change occurs', () => {
    const kinds = new Set(
      [...SETUP, ...REFUSED.map(([, change]) => change)].map(({ kind }) => kind),
    );
    expect([...kinds].sort()).toEqual(Object.keys(KINDS).sort());
  });

  test('add takes what is there', () => {
    expect(
      refusal(
        { kind: 'addTable', table: TABLE },
        { kind: 'addChain', chain: chainNamed('c') },
        { kind: 'addSet', set: s },
        { kind: 'addElements', set: s, elements: [{ key: address(1) }] },
      ),
    ).toBe('nothing');
  });

  test('a chain of another policy is updated', () => {
    const chain = (policy: 'accept' | 'drop') => ({
      ...chainNamed('base'),
      base: { type: 'filter', hook: 'forward', priority: 0, devices: [], policy } as const,
    });
    commit(kernel.socket, [{ kind: 'createChain', chain: chain('accept') }]);
    commit(kernel.socket, [{ kind: 'addChain', chain: chain('drop') }]);
    expect(nftChains(kernel.socket)).toContainEqual(chain('drop'));
  });

  test('rules stand where they are put', () => {
    add('b');
    add('c');
    add('a', { kind: 'first' });
    add('before b', { kind: 'before', handle: handleOf('b') });
    add('after b', { kind: 'after', handle: handleOf('b') });
    expect(comments()).toEqual(['a', 'before b', 'b', 'after b', 'c']);
  });

  test('a rule is replaced in its place, and deleted', () => {
    add('a');
    add('b');
    add('c');
    const handle = handleOf('b');
    const other = { ...ruleOf('c', accept), comment: 'other' };
    commit(kernel.socket, [{ kind: 'replaceRule', rule: other, handle }]);
    expect(comments()).toEqual(['a', 'other', 'c']);
    commit(kernel.socket, [
      { kind: 'deleteRule', rule: { ...ruleOf('c'), handle: handleOf('a') } },
    ]);
    expect(comments()).toEqual(['other', 'c']);
  });

  test('flushing takes what is inside, deleting the whole', () => {
    add('a');
    commit(kernel.socket, [{ kind: 'flushTable', table: TABLE }]);
    expect(comments()).toEqual([]);
    add('b');
    commit(kernel.socket, [
      { kind: 'flushChain', chain: chainNamed('c') },
      { kind: 'flushSet', set: s },
    ]);
    expect(comments()).toEqual([]);
    expect(nftElements(kernel.socket, s)).toEqual([]);
    commit(kernel.socket, [
      { kind: 'deleteChain', chain: chainNamed('c') },
      { kind: 'deleteSet', set: s },
    ]);
    expect(nftChains(kernel.socket)).toEqual([]);
    expect(nftSets(kernel.socket)).toEqual([]);
    commit(kernel.socket, [{ kind: 'deleteTable', table: TABLE }]);
    expect(nftTables(kernel.socket)).toEqual([]);
  });

  test('one commit makes a set, fills it and uses it by its name', () => {
    const lookup: Expression = { kind: 'lookup', set: 't', setId: 0, source: 8, inverted: false };
    const load: Expression = {
      kind: 'payload',
      base: 'network',
      offset: 12,
      length: 4,
      destination: 8,
    };
    commit(kernel.socket, [
      { kind: 'createSet', set: setNamed('t') },
      { kind: 'createElements', set: setNamed('t'), elements },
      { kind: 'addRule', rule: ruleOf('c', load, lookup, accept), at: { kind: 'last' } },
    ]);
    expect(nftElements(kernel.socket, setNamed('t')).length).toBe(3);
    expect(nftRules(kernel.socket, TABLE)[0]?.expressions[1]).toEqual(lookup);
  });

  test('anonymous sets are named by numbers until the kernel gives them names', () => {
    const anonymous = setNamed('__set%d', { flags: ['anonymous', 'constant'] });
    const use = (setId: number): Change => ({
      kind: 'addRule',
      at: { kind: 'last' },
      rule: ruleOf(
        'c',
        { kind: 'payload', base: 'network', offset: 12, length: 4, destination: 8 },
        { kind: 'lookup', set: anonymous.name, setId, source: 8, inverted: false },
      ),
    });
    commit(kernel.socket, [
      { kind: 'addSet', set: anonymous, id: 1 },
      { kind: 'addSet', set: anonymous, id: 2 },
      { kind: 'addElements', set: anonymous, setId: 1, elements: [{ key: address(3) }] },
      { kind: 'addElements', set: anonymous, setId: 2, elements: [{ key: address(4) }] },
      use(2),
      use(1),
    ]);
    const used = nftRules(kernel.socket, TABLE).flatMap(({ expressions }) =>
      expressions.flatMap((one) => (one.kind === 'lookup' ? [one.set] : [])),
    );
    expect(used).toEqual(['__set1', '__set0']);
    expect(used.map((name) => nftElements(kernel.socket, setNamed(name)))).toEqual([
      [{ key: address(4) }],
      [{ key: address(3) }],
    ]);
  });

  test('with a generation, a commit is refused when somebody else was faster', () => {
    const { id } = nftGeneration(kernel.socket);
    commit(kernel.socket, [{ kind: 'addSet', set: setNamed('t') }], { generation: id });
    expect(nftGeneration(kernel.socket).id).toBe(id + 1);
    const late: Change = { kind: 'addSet', set: setNamed('late') };
    expect(() => commit(kernel.socket, [late], { generation: id })).toThrow(
      'cannot commit changes to nftables: ERESTART',
    );
    expect(nftSets(kernel.socket).map(({ name }) => name)).not.toContain('late');
    commit(kernel.socket, [late], { generation: id + 1 });
    expect(nftGeneration(kernel.socket).id).toBe(id + 2);
  });

  test('the generation tells who asks', () => {
    expect(nftGeneration(kernel.socket).pid).toBeGreaterThan(0);
  });

  describe('an owned table', () => {
    const owned = (persist: boolean) => ({
      ...TABLE,
      name: 'owned',
      flags: { dormant: false, owner: true, persist },
    });
    const foreign: Change = {
      kind: 'addChain',
      chain: { ...chainNamed('foreign'), table: 'owned' },
    };

    test('refuses others, and goes with its owner', () => {
      const owner = openNetfilterSocket(kernel.namespace);
      commit(owner, [{ kind: 'createTable', table: owned(false) }]);
      const [listed] = nftTables(owner).filter(({ name }) => name === 'owned');
      expect(listed).toEqual({ ...owned(false), ownerPort: listed?.ownerPort });
      expect(listed?.ownerPort).toBeGreaterThan(0);
      expect(refusal(foreign)).toBe('cannot add chain inet owned foreign: EPERM');
      expect(refusal({ kind: 'deleteTable', table: owned(false) })).toMatch(/: EPERM$/);
      commit(owner, [foreign]);
      owner.close();
      expect(nftTables(kernel.socket).map(({ name }) => name)).toEqual(['test']);
    });

    test('that persists stays without its owner, and may be adopted', () => {
      const first = openNetfilterSocket(kernel.namespace);
      commit(first, [{ kind: 'createTable', table: owned(true) }, foreign]);
      first.close();
      const orphan = { ...owned(true), flags: { ...owned(true).flags, owner: false } };
      expect(nftTables(kernel.socket)).toContainEqual({ ...orphan, ownerPort: 0 });
      const second = openNetfilterSocket(kernel.namespace);
      commit(second, [{ kind: 'addTable', table: owned(true) }]);
      expect(refusal(foreign)).toMatch(/: EPERM$/);
      expect(nftChains(second, owned(true)).length).toBe(1);
      commit(second, [{ kind: 'deleteTable', table: owned(true) }]);
      second.close();
    });
  });
});
