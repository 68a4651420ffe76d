import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Chain } from './chain.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import type { Family } from './family.ts';
import type { Hook } from './hook.ts';
import { nftChains, nftElements, nftRules, nftSets, nftTables } from './listing.ts';
import type { NftSet } from './set.ts';
import { datatypeNumber } from './set-type.ts';
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

const FAMILIES: readonly Family[] = ['inet', 'ip', 'ip6', 'bridge', 'netdev', 'arp'];
const addTable: Change = { kind: 'addTable', table: TABLE };

function based(hook: Hook, more: Partial<NonNullable<Chain['base']>> & { family?: Family }): Chain {
  const { family = 'inet', ...base } = more;
  return {
    ...chainNamed(`${family}-${hook}-${base.type ?? 'filter'}`),
    family,
    base: { type: 'filter', hook, priority: 0, policy: 'accept', devices: [], ...base },
  };
}

const CHAINS: readonly Chain[] = [
  chainNamed('plain'),
  based('prerouting', { priority: -300 }),
  based('input', { policy: 'drop' }),
  based('forward', { priority: 2_000_000_000 }),
  based('output', { type: 'route', priority: -150 }),
  based('postrouting', { type: 'nat', priority: 100 }),
  based('ingress', { devices: ['lo'] }),
  based('prerouting', { family: 'bridge', priority: -300, policy: 'drop' }),
  based('forward', { family: 'bridge' }),
  based('ingress', { family: 'netdev', devices: ['lo'] }),
  based('egress', { family: 'netdev', devices: ['lo', 'eth*'] }),
  based('input', { family: 'arp' }),
  based('output', { family: 'arp', policy: 'drop' }),
  based('postrouting', { family: 'ip6', type: 'nat', priority: 100 }),
  based('output', { family: 'ip', type: 'nat' }),
];

const SETS: readonly NftSet[] = [
  setNamed('plain'),
  setNamed('everything', {
    flags: ['timeout', 'eval'],
    key: { type: datatypeNumber('ipv6_addr'), length: 16, byteOrder: 'network', fields: [] },
    timeoutMs: 60_000,
    gcIntervalMs: 5_000,
    size: 1_000,
    policy: 'memory',
    comment: 'who was seen',
  }),
  setNamed('constant', { flags: ['constant'] }),
  setNamed('interval', { flags: ['interval'] }),
  setNamed('concatenation', {
    key: {
      type: datatypeNumber('ipv4_addr', 'inet_service'),
      length: 8,
      byteOrder: 'unstated',
      fields: [4, 2],
    },
  }),
  setNamed('ranges', {
    flags: ['interval'],
    key: {
      type: datatypeNumber('inet_service', 'classid', 'ipv6_addr', 'inet_proto'),
      length: 28,
      byteOrder: 'unstated',
      fields: [2, 4, 16, 1],
    },
  }),
  setNamed('numbers', {
    data: { kind: 'value', type: datatypeNumber('classid'), length: 4, byteOrder: 'host' },
  }),
  setNamed('verdicts', { data: { kind: 'verdict' } }),
  setNamed('counters', { data: { kind: 'object', type: 1 } }),
  setNamed('counting', {
    flags: ['eval'],
    expressions: [{ kind: 'counter', packets: 0n, bytes: 0n }],
  }),
  setNamed('counting twice', {
    flags: ['eval'],
    expressions: [
      { kind: 'counter', packets: 0n, bytes: 0n },
      { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
    ],
  }),
];

describe.skipIf(cannotTest() !== undefined)(titled('what is written is what is listed'), () => {
  let kernel: TestRuleset;

  beforeEach(() => {
    kernel = openTestRuleset();
    commit(kernel.socket, [addTable]);
  });
  afterEach(() => kernel.close());

  test('in an empty namespace there is nothing', () => {
    const empty = openTestRuleset();
    expect(nftTables(empty.socket)).toEqual([]);
    expect(nftChains(empty.socket)).toEqual([]);
    expect(nftRules(empty.socket)).toEqual([]);
    expect(nftSets(empty.socket)).toEqual([]);
    empty.close();
  });

  test.each(FAMILIES)('a table of family %s', (family) => {
    const table = { ...TABLE, family, name: 'own', flags: { ...TABLE.flags, dormant: true } };
    commit(kernel.socket, [{ kind: 'createTable', table }]);
    expect(nftTables(kernel.socket)).toEqual(expect.arrayContaining([{ ...table, ownerPort: 0 }]));
  });

  test.each(CHAINS.map((chain) => [`${chain.family} ${chain.name}`, chain] as const))(
    'chain %s',
    (_, chain) => {
      // Where this thread is decides nothing: the interface is looked up in the socket's namespace.
      commit(kernel.socket, [
        { kind: 'addTable', table: { ...TABLE, family: chain.family } },
        { kind: 'addChain', chain },
      ]);
      expect(nftChains(kernel.socket, { family: chain.family, name: TABLE.name })).toEqual([chain]);
    },
  );

  test.each(SETS.map((set) => [set.name, set] as const))('set %s', (_, set) => {
    commit(kernel.socket, [{ kind: 'addSet', set }]);
    expect(nftSets(kernel.socket, TABLE)).toEqual([set]);
    expect(nftElements(kernel.socket, set)).toEqual([]);
  });

  test('a hook that the family does not have is an error before the kernel is asked', () => {
    const chain = based('forward', { family: 'netdev' });
    expect(() => commit(kernel.socket, [{ kind: 'addChain', chain }])).toThrow(
      'family netdev has no hook forward',
    );
  });

  test('comments of rules have at most 128 bytes', () => {
    const longest = { ...ruleOf('plain'), comment: 'ü'.repeat(64) };
    const longer = { ...longest, comment: `${longest.comment}!` };
    const at = { kind: 'last' } as const;
    commit(kernel.socket, [
      { kind: 'addChain', chain: chainNamed('plain') },
      { kind: 'addRule', rule: longest, at },
    ]);
    expect(nftRules(kernel.socket, TABLE).map(({ comment }) => comment)).toEqual([longest.comment]);
    expect(() => commit(kernel.socket, [{ kind: 'addRule', rule: longer, at }])).toThrow(
      RangeError,
    );
  });

  test('listings are of one table, or one chain', () => {
    const other = { ...TABLE, name: 'other' };
    commit(kernel.socket, [
      { kind: 'addTable', table: other },
      ...['a', 'b'].map((name): Change => ({ kind: 'addChain', chain: chainNamed(name) })),
      { kind: 'addChain', chain: { ...chainNamed('a'), table: 'other' } },
      ...['a', 'b'].map(
        (chain): Change => ({ kind: 'addRule', rule: ruleOf(chain), at: { kind: 'last' } }),
      ),
      { kind: 'addRule', rule: { ...ruleOf('a'), table: 'other' }, at: { kind: 'last' } },
      { kind: 'addSet', set: setNamed('s') },
      { kind: 'addSet', set: { ...setNamed('s'), table: 'other' } },
    ]);
    expect(nftChains(kernel.socket).length).toBe(3);
    expect(nftChains(kernel.socket, other).length).toBe(1);
    expect(nftRules(kernel.socket).length).toBe(3);
    expect(nftRules(kernel.socket, TABLE).length).toBe(2);
    expect(nftRules(kernel.socket, TABLE, 'b').length).toBe(1);
    expect(nftSets(kernel.socket).length).toBe(2);
    expect(nftSets(kernel.socket, other).length).toBe(1);
  });

  test('of a table that is not there: no chains, no rules, but an error for sets', () => {
    const none = { ...TABLE, name: 'none' };
    expect(nftChains(kernel.socket, none)).toEqual([]);
    expect(nftRules(kernel.socket, none)).toEqual([]);
    expect(() => nftSets(kernel.socket, none)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => nftElements(kernel.socket, setNamed('none'))).toThrow(
      'cannot list the elements of set inet test none: ENOENT',
    );
  });
});
