import type { Action, Match, Rule, Ruleset, RuleVerdict } from '@ringfence/dataplane';
import type { Expression, NftRule } from '@ringfence/netlink';
import { expect, test } from 'vitest';
import { decodeRule } from './decode-rule.ts';
import { encodeRule } from './encode-rule.ts';
import { worldOf } from './install-changes.ts';
import type { Step } from './step.ts';
import { bridgeRuleset, shopRuleset } from './testing.ts';

const WORLDS = { inet: worldOf(shopRuleset()), bridge: worldOf(bridgeRuleset()) };

/** A rule as the kernel tells it: what it has of values of its own is in sets. */
function told(
  steps: readonly Step[],
): readonly [NftRule, ReadonlyMap<string, readonly Uint8Array[]>] {
  const anonymous = new Map<string, readonly Uint8Array[]>();
  const expressions = steps.map((step): Expression => {
    if (step.kind !== 'oneOf') return step;
    const set = `__set${anonymous.size}`;
    anonymous.set(set, step.values.bytes);
    return { kind: 'lookup', set, setId: 0, source: step.source, inverted: false };
  });
  const rule: NftRule = {
    family: 'inet',
    table: 'ringfence',
    chain: 'x',
    handle: 1,
    comment: 'why',
    expressions,
  };
  return [rule, anonymous];
}

function again(family: Ruleset['family'], rule: Rule): Rule | undefined {
  const world = WORLDS[family];
  return decodeRule(world, ...told(encodeRule(world, rule).steps));
}

const ruleOf = (
  matches: readonly Match[],
  actions: readonly Action[] = [],
  verdict: RuleVerdict = { kind: 'next' },
): Rule => ({ matches, actions, verdict, comment: 'why' });

const PREFIX = 0x2001_0db8n << 96n;
const MATCHES: readonly Match[] = [
  { kind: 'interfacePrefix', field: 'inputInterface', prefix: 'veth' },
  { kind: 'interfacePrefix', field: 'outputInterface', prefix: '' },
  { kind: 'interfaceIsNot', field: 'outputInterface', name: 'lo' },
  { kind: 'identity', is: 'equal', number: 0xffff_fffe },
  { kind: 'identity', is: 'different', number: 0 },
  { kind: 'protocol', protocols: [6] },
  { kind: 'protocol', protocols: [4, 47] },
  { kind: 'destinationPort', protocol: 17, ports: [53] },
  { kind: 'destinationPort', protocol: 132, ports: [1, 65_535] },
  { kind: 'icmpType', family: 'IPv4', types: [8] },
  { kind: 'icmpType', family: 'IPv6', types: [3, 128] },
  { kind: 'prefix6', field: 'source6', first: PREFIX, length: 32 },
  { kind: 'prefix6', field: 'destination6', first: PREFIX, length: 63 },
  { kind: 'prefix6', field: 'destination6', first: PREFIX, length: 128 },
  { kind: 'toMany' },
  { kind: 'notSyn' },
  { kind: 'inSet', key: ['inputInterface', 'source6'], set: 'bound6' },
];
const INET: readonly Match[] = [
  { kind: 'family', family: 'IPv4' },
  { kind: 'state', states: ['new', 'established', 'untracked'] },
  { kind: 'reply' },
  { kind: 'mark', is: 'equal', mask: 0xff00, value: 0x700 },
  { kind: 'mark', is: 'different', mask: 0x8000_0000, value: 0x8000_0000 },
];
const BRIDGE: readonly Match[] = [
  { kind: 'otherEtherType' },
  { kind: 'inSet', key: ['inputInterface', 'arpSource4'], set: 'bound4' },
  { kind: 'inSet', key: ['inputInterface', 'target6'], set: 'advertised6' },
];

test.each([
  ...[...MATCHES, ...INET].map((match) => ['inet', match] as const),
  ...[...MATCHES, ...BRIDGE].map((match) => ['bridge', match] as const),
])('on %s a match is read as it was written: %o', (family, match) => {
  const rule = ruleOf([match], [{ kind: 'count' }], { kind: 'drop' });
  expect(again(family, rule)).toEqual(rule);
});

test.each<readonly [string, Rule]>([
  ['nothing', ruleOf([])],
  ['verdicts that lead elsewhere', ruleOf([], [], { kind: 'goto', chain: 'forward4' })],
  ['the way back', ruleOf([], [], { kind: 'return' })],
  ['a rejection', ruleOf([], [], { kind: 'reject', by: 'tcpReset' })],
  ['another rejection', ruleOf([], [], { kind: 'reject', by: 'adminProhibited' })],
  ['a number', ruleOf([], [{ kind: 'setIdentity', number: 0x12_0034 }])],
  ['a mark', ruleOf([], [{ kind: 'setMark', mask: 0xffff_0000, value: 0x7_0000 }])],
  [
    'a row',
    ruleOf(
      [],
      [
        {
          kind: 'mapIdentity',
          key: ['destinationPort', 'identity', 'source4', 'protocol'],
          map: 'egress4_ranges',
        },
      ],
    ),
  ],
  [
    'a report',
    ruleOf(
      [],
      [
        {
          kind: 'log',
          key: ['source6', 'destination6', 'protocol', 'destinationPort'],
          set: 'denied6',
          prefix: 'x',
          group: 7,
        },
      ],
    ),
  ],
  [
    'matches that need the same',
    ruleOf([
      { kind: 'prefix6', field: 'source6', first: 0xfe80n << 112n, length: 10 },
      { kind: 'icmpType', family: 'IPv6', types: [135, 136] },
      { kind: 'inSet', key: ['destination6'], set: 'ready6' },
    ]),
  ],
  [
    'a protocol beside what needs it',
    ruleOf([
      { kind: 'destinationPort', protocol: 6, ports: [80] },
      { kind: 'protocol', protocols: [6] },
      { kind: 'notSyn' },
    ]),
  ],
])('a rule is read as it was written: %s', (_, rule) => {
  expect(again('inet', rule)).toEqual(rule);
});

test.each<readonly [string, (steps: readonly Step[]) => readonly Step[]]>([
  ['without its first step', (steps) => steps.slice(1)],
  ['with steps in another order', (steps) => steps.toReversed()],
  [
    'with a value of another length',
    (steps) =>
      steps.map((step) => (step.kind === 'cmp' ? { ...step, data: step.data.slice(1) } : step)),
  ],
  [
    'that compares otherwise',
    (steps) => steps.map((step) => (step.kind === 'cmp' ? { ...step, op: 'gt' as const } : step)),
  ],
])('a rule is not taken %s', (_, edit) => {
  const world = WORLDS.inet;
  const rule = ruleOf(
    [{ kind: 'mark', is: 'equal', mask: 0xff00, value: 0x700 }],
    [{ kind: 'count' }],
    { kind: 'drop' },
  );
  const steps = edit(encodeRule(world, rule).steps);
  expect(decodeRule(world, ...told(steps))).toBeUndefined();
});
