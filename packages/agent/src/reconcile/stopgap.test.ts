import type { IpAddress } from '@ringfence/core';
import { type Packet, type Ruleset, trace } from '@ringfence/dataplane';
import { describe, expect, test } from 'vitest';
import { shopRuleset } from '../kernel/testing.ts';
import { stopgapFor } from './stopgap.ts';

const RULESET = shopRuleset();
const GENERATION = 1 << 16;

const ip4 = (text: string): IpAddress => ({
  family: 'IPv4',
  value: text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0),
});
const ip6 = (last: bigint, net = 0xfd10_0001n): IpAddress => ({
  family: 'IPv6',
  value: (net << 96n) + last,
});

/** Two pods of the node, one of another node, somebody outside, the node; where each comes in or goes out. */
const ENDS: readonly (readonly [address: IpAddress, link: string])[] = [
  [ip4('10.1.0.2'), 'veth-web'],
  [ip4('10.1.0.3'), 'veth-db'],
  [ip4('10.2.0.2'), 'eth0'],
  [ip4('203.0.113.1'), 'eth0'],
  [ip4('192.168.7.1'), ''],
  [ip6(2n), 'veth-web'],
  [ip6(3n), 'veth-db'],
  [ip6(1n, 0x2001_0db8n), 'eth0'],
];

const STATES: readonly Packet['connection'][] = [
  { state: 'new', direction: 'original', mark: 0 },
  { state: 'established', direction: 'original', mark: GENERATION },
  { state: 'established', direction: 'reply', mark: 0 },
  { state: 'invalid', direction: 'original', mark: 0 },
];

function* packets(): Generator<Packet> {
  for (const [source, inputInterface] of ENDS) {
    for (const [destination, outputInterface] of ENDS) {
      if (source.family !== destination.family || inputInterface === '') continue;
      for (const connection of STATES) {
        yield {
          way: outputInterface === '' ? 'input' : 'forward',
          inputInterface,
          outputInterface,
          frame: { cast: 'one', carries: 'ip', tagged: false },
          source,
          destination,
          payload: {
            kind: 'ports',
            protocol: 6,
            sourcePort: 40_000,
            destinationPort: 5_432,
            syn: true,
          },
          connection,
        };
      }
    }
  }
}

describe('a stopgap', () => {
  test('is none for what is brought up as quickly itself', () => {
    expect(stopgapFor(RULESET, 1_000)).toBeUndefined();
  });

  test('decides as the whole table does while nothing is known of peers, with half of its rules', () => {
    const stopgap = stopgapFor(RULESET, 0);
    if (stopgap === undefined) throw new Error('the shop has elements');
    const whole: Ruleset = { ...RULESET, elements: stopgap.elements };
    const withEmpty = (ruleset: Ruleset): Ruleset => ({
      ...ruleset,
      elements: new Map(ruleset.sets.map(({ name }) => [name, ruleset.elements.get(name) ?? []])),
    });
    const verdicts = { accept: 0, drop: 0 };
    for (const packet of packets()) {
      const { verdict } = trace(withEmpty(whole), packet);
      expect(trace(withEmpty(stopgap), packet).verdict).toBe(verdict);
      verdicts[verdict] += 1;
    }
    expect(verdicts.accept).toBeGreaterThan(10);
    expect(verdicts.drop).toBeGreaterThan(10);
    expect(rulesOf(stopgap)).toBeLessThan(rulesOf(RULESET) * 0.6);
  });
});

function rulesOf({ chains }: Ruleset): number {
  return chains.reduce((sum, { rules }) => sum + rules.length, 0);
}
