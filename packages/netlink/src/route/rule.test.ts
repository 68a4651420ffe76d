import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addRule, deleteRule, type RuleKey, rules } from './rule.ts';
import { cannotTest, openTestNetwork, type TestNetwork, titled } from './testing.ts';

describe.skipIf(cannotTest() !== undefined)(titled('rules'), () => {
  let network: TestNetwork;

  beforeEach(() => {
    network = openTestNetwork();
  });
  afterEach(() => network.close());

  test('a new namespace has the usual ones', () => {
    expect(
      rules(network.socket).map(({ family, priority, table }) => [family, priority, table]),
    ).toEqual([
      ['IPv4', 0, 255],
      ['IPv4', 32_766, 254],
      ['IPv4', 32_767, 253],
      ['IPv6', 0, 255],
      ['IPv6', 32_766, 254],
    ]);
  });

  const everything4 = { address: '0.0.0.0', prefix: 0 };

  test.each<readonly [string, RuleKey, object, object]>([
    [
      'a mark',
      { family: 'IPv4', priority: 100, table: 1000, fwmark: 0x4000 },
      { fwmark: 0x4000, fwmask: 0xffff_ffff, source: everything4, destination: everything4 },
      { priority: 100, fwmark: '0x4000', table: '1000', src: 'all' },
    ],
    [
      'a mark, in part',
      { family: 'IPv6', priority: 100, table: 1000, fwmark: 0x4000, fwmask: 0xf000 },
      { fwmark: 0x4000, fwmask: 0xf000 },
      { fwmark: '0x4000', fwmask: '0xf000' },
    ],
    [
      'a source and a link',
      {
        family: 'IPv4',
        priority: 101,
        table: 7,
        source: { address: '10.0.0.0', prefix: 8 },
        iif: 'eth0',
      },
      { source: { address: '10.0.0.0', prefix: 8 }, iif: 'eth0', fwmark: 0, fwmask: 0 },
      { src: '10.0.0.0', srclen: 8, iif: 'eth0', table: '7' },
    ],
    [
      'a destination',
      {
        family: 'IPv6',
        priority: 102,
        table: 7,
        destination: { address: '2001:db8::1', prefix: 128 },
      },
      { destination: { address: '2001:db8::1', prefix: 128 }, iif: '' },
      { src: 'all', dst: '2001:db8::1' },
    ],
  ])('adds and deletes: %s', (_reason, rule, read, shown) => {
    const { family, priority, table } = rule;
    const own = (): readonly unknown[] =>
      rules(network.socket).filter((other) => other.priority === priority);
    addRule(network.socket, rule);
    expect(own()).toHaveLength(1);
    expect(own()).toMatchObject([{ family, priority, table, ...read }]);
    const flag = family === 'IPv4' ? '-4' : '-6';
    const theirs = network.ask([flag, 'rule', 'show', 'priority', String(priority)]);
    expect(theirs).toMatchObject([shown]);
    const named = `rule ${priority} to table ${table}`;
    expect(() => addRule(network.socket, rule)).toThrow(`cannot add ${named}: EEXIST`);
    deleteRule(network.socket, rule);
    expect(own()).toEqual([]);
    expect(() => deleteRule(network.socket, rule)).toThrow(`cannot delete ${named}: ENOENT`);
  });
});
