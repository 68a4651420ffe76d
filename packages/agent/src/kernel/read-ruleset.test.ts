import { type Rule, type Ruleset, understood } from '@ringfence/dataplane';
import { commit } from '@ringfence/netlink';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inKeyOrder } from './element-order.ts';
import { allElementsOf } from './elements.arbitrary.ts';
import { installChanges, tableOf } from './install-changes.ts';
import { readRuleset } from './read-ruleset.ts';
import {
  bridgeRuleset,
  cannotTest,
  openTestKernel,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const RULESET = shopRuleset();

/** The same ruleset with all that has no order in one, and without what no kernel keeps. */
function plain({ sets, chains, elements, family, table }: Ruleset): unknown {
  return {
    family,
    table,
    sets: byName(sets),
    chains: byName(chains).map((chain) => ({ ...chain, rules: chain.rules.map(plainRule) })),
    elements: new Map([...elements].map(([name, of]) => [name, inKeyOrder(of)])),
  };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): readonly T[] {
  return [...all].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function plainRule(rule: Rule): unknown {
  return {
    ...rule,
    matches: rule.matches.map((match) =>
      Object.fromEntries(
        Object.entries(match).map(([name, value]) => [
          name,
          Array.isArray(value) && name !== 'key' ? value.map(String).sort() : value,
        ]),
      ),
    ),
  };
}

describe.skipIf(cannotTest() !== undefined)(titled('a table of the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  function install(ruleset: Ruleset): void {
    for (const changes of installChanges(ruleset, { owned: false, maxElements: 500 })) {
      commit(kernel.socket, changes);
    }
  }

  test.each<readonly [string, Ruleset]>([
    ['of a node', RULESET],
    ['in another generation', shopRuleset({ generation: 4711 })],
    [
      'of a node with other options',
      shopRuleset({
        unprogrammed: 'allow',
        podInterfaces: ['veth-*', 'cni0', '*'],
        tunnels: { protocols: [4], udpPorts: [4789] },
        denied: 'reject',
      }),
    ],
    ['of a bridge', bridgeRuleset()],
  ])('becomes the ruleset again that it was: %s', (_, ruleset) => {
    install(ruleset);
    const rebuilt = understood(readRuleset(kernel.socket, ruleset, ruleset.sets));
    expect(rebuilt && plain(rebuilt)).toEqual(plain(ruleset));
  });

  test('becomes the ruleset again that it was, whatever is in its sets', () => {
    fc.assert(
      fc.property(allElementsOf(RULESET.sets), (elements) => {
        const empty = new Map(RULESET.sets.map(({ name }) => [name, []]));
        const ruleset = { ...RULESET, elements: new Map([...empty, ...elements]) };
        install(ruleset);
        const rebuilt = understood(readRuleset(kernel.socket, ruleset, ruleset.sets));
        expect(rebuilt && plain(rebuilt)).toEqual(plain(ruleset));
        commit(kernel.socket, [{ kind: 'deleteTable', table: tableOf(ruleset, false) }]);
      }),
      { numRuns: 30 },
    );
  });

  test.skipIf(cannotTest('nft') !== undefined).each<readonly [string, string]>([
    ['a rule that compares something else', 'add rule inet ringfence input ip ttl 1 drop'],
    ['a rule that only goes on', 'add rule inet ringfence input continue'],
    ['a rule of several verdicts', 'add rule inet ringfence input tcp dport vmap { 1 : drop }'],
    [
      'a rule with values of its own in ranges',
      'add rule inet ringfence input tcp dport { 1-9 } drop',
    ],
    ['a set of another kind', 'add set inet ringfence more { type ether_addr; }'],
    ['a map of verdicts', 'add map inet ringfence more { type ipv4_addr : verdict; }'],
    ['a chain with another policy', 'add chain inet ringfence input { policy drop; }'],
    [
      'a chain at another hook',
      'add chain inet ringfence more { type filter hook output priority 0; }',
    ],
  ])('says that it is not understood: %s', (_, command) => {
    install(RULESET);
    kernel.nft(['-f', '/dev/stdin'], command);
    expect(understood(readRuleset(kernel.socket, RULESET, RULESET.sets))).toBeUndefined();
  });

  test('has sets of which nobody knows the names', () => {
    install(RULESET);
    const rebuilt = understood(readRuleset(kernel.socket, RULESET, []));
    expect(rebuilt?.sets.find(({ name }) => name === 'ingress4_ranges')).toEqual({
      name: 'ingress4_ranges',
      key: ['destinationPort', 'identity', 'source4', 'protocol'],
      kind: 'identityMap',
      interval: true,
      dynamic: undefined,
      comment: '',
    });
  });
});
