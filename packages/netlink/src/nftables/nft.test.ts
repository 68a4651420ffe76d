import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import type { Expression } from './expressions/expression.ts';
import { nftChains, nftElements, nftRules, nftSets } from './listing.ts';
import type { SetKey } from './set.ts';
import { datatypeNumber, NFT_DATATYPES } from './set-type.ts';
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

const last = { kind: 'last' } as const;
const drop: Expression = { kind: 'verdict', verdict: { kind: 'drop' } };
const load = (offset: number, destination: number): Expression => ({
  kind: 'payload',
  base: 'network',
  offset,
  length: 4,
  destination,
});
const isIpv4: readonly Expression[] = [
  { kind: 'meta', key: 'nfproto', destination: 8 },
  { kind: 'cmp', op: 'eq', source: 8, data: Uint8Array.of(2) },
];
const key = (type: number, length: number, fields: readonly number[] = []): SetKey => ({
  type,
  length,
  byteOrder: 'unstated',
  fields,
});

const row = setNamed('row', {
  key: key(datatypeNumber('ipv4_addr', 'classid', 'inet_proto', 'inet_service'), 16, [4, 4, 1, 2]),
  comment: 'who may',
});
const ranges = setNamed('ranges', {
  flags: ['interval'],
  key: key(datatypeNumber('inet_service', 'ipv4_addr'), 8, [2, 4]),
});
const identity = setNamed('identity', {
  flags: ['interval'],
  data: { kind: 'value', type: datatypeNumber('classid'), length: 4, byteOrder: 'host' },
});
const marks = setNamed('marks', {
  key: { type: datatypeNumber('mark'), length: 4, byteOrder: 'host', fields: [] },
});
const verdicts = setNamed('verdicts', { data: { kind: 'verdict' } });

const RULESET: readonly Change[] = [
  { kind: 'addTable', table: TABLE },
  {
    kind: 'addChain',
    chain: {
      ...chainNamed('forward'),
      base: { type: 'filter', hook: 'forward', priority: -10, policy: 'drop', devices: [] },
    },
  },
  { kind: 'addChain', chain: chainNamed('deny') },
  ...[row, ranges, identity, marks, verdicts].map((set): Change => ({ kind: 'addSet', set })),
  {
    kind: 'addElements',
    set: row,
    elements: [
      {
        key: Uint8Array.of(10, 1, 0, 4, 1, 0, 0, 0, 6, 0, 0, 0, 31, 144, 0, 0),
        comment: 'web',
      },
    ],
  },
  {
    kind: 'addElements',
    set: ranges,
    elements: [
      {
        key: Uint8Array.of(0, 80, 0, 0, 10, 1, 0, 4),
        keyEnd: Uint8Array.of(0, 90, 0, 0, 10, 1, 0, 4),
      },
    ],
  },
  {
    kind: 'addElements',
    set: identity,
    elements: [
      { key: Uint8Array.of(10, 2, 0, 0), data: Uint8Array.of(7, 0, 0, 0) },
      { key: Uint8Array.of(10, 3, 0, 0), intervalEnd: true },
    ],
  },
  { kind: 'addElements', set: marks, elements: [{ key: Uint8Array.of(2, 1, 0, 0) }] },
  {
    kind: 'addElements',
    set: verdicts,
    elements: [{ key: Uint8Array.of(10, 1, 0, 9), data: { kind: 'goto', chain: 'deny' } }],
  },
  {
    kind: 'addRule',
    at: last,
    rule: {
      ...ruleOf(
        'forward',
        { kind: 'ct', key: 'mark', direction: 'none', destination: 8 },
        {
          kind: 'bitwise',
          source: 8,
          destination: 8,
          mask: Uint8Array.of(0, 0, 255, 0),
          xor: new Uint8Array(4),
        },
        { kind: 'cmp', op: 'eq', source: 8, data: Uint8Array.of(0, 0, 1, 0) },
        { kind: 'counter', packets: 0n, bytes: 0n },
        { kind: 'verdict', verdict: { kind: 'accept' } },
      ),
      comment: 'decided already',
    },
  },
  {
    kind: 'addRule',
    at: last,
    rule: ruleOf(
      'forward',
      ...isIpv4,
      load(12, 8),
      { kind: 'map', set: 'identity', setId: 0, source: 8, destination: 8 },
      { kind: 'setMeta', key: 'priority', source: 8 },
    ),
  },
  {
    kind: 'addRule',
    at: last,
    rule: ruleOf(
      'forward',
      ...isIpv4,
      load(16, 8),
      { kind: 'meta', key: 'priority', destination: 9 },
      { kind: 'meta', key: 'l4proto', destination: 10 },
      { kind: 'payload', base: 'transport', offset: 2, length: 2, destination: 11 },
      { kind: 'lookup', set: 'row', setId: 0, source: 8, inverted: true },
      { kind: 'verdict', verdict: { kind: 'jump', chain: 'deny' } },
    ),
  },
  {
    kind: 'addRule',
    at: last,
    rule: ruleOf('forward', ...isIpv4, load(16, 8), {
      kind: 'map',
      set: 'verdicts',
      setId: 0,
      source: 8,
      destination: 0,
    }),
  },
  {
    kind: 'addRule',
    at: last,
    rule: ruleOf(
      'deny',
      { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
      { kind: 'log', group: 5, prefix: 'deny', snaplen: 80, qthreshold: 0 },
    ),
  },
  { kind: 'addRule', at: last, rule: ruleOf('deny', drop) },
];

describe.skipIf(cannotTest('nft') !== undefined)(titled('as `nft` has it', 'nft'), () => {
  let kernel: TestRuleset;

  beforeEach(() => {
    kernel = openTestRuleset();
  });
  afterEach(() => kernel.close());

  test('it shows what was written', () => {
    commit(kernel.socket, RULESET);
    const lines = kernel
      .nft('list', 'ruleset')
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        'table inet test {',
        'type ipv4_addr . classid . inet_proto . inet_service',
        'comment "who may"',
        'elements = { 10.1.0.4 . 0:1 . tcp . 8080 comment "web" }',
        'elements = { 80-90 . 10.1.0.4 }',
        'type ipv4_addr : classid',
        'elements = { 10.2.0.0/16 : 0:7 }',
        'elements = { 0x00000102 }',
        'elements = { 10.1.0.9 : goto deny }',
        'type filter hook forward priority filter - 10; policy drop;',
        'ct mark & 0x00ff0000 == 0x00010000 counter packets 0 bytes 0 accept comment "decided already"',
        'meta priority set ip saddr map @identity',
        'ip daddr . meta priority . meta l4proto . th dport != @row jump deny',
        'ip daddr vmap @verdicts',
        'limit rate 6/minute burst 1 packets log prefix "deny" group 5 snaplen 80',
        'drop',
      ]),
    );
  });

  // A set cannot be of these: they say nothing about a length.
  const vague = ['integer', 'string', 'll_addr'];
  test.each(Object.entries(NFT_DATATYPES).filter(([name]) => !vague.includes(name)))(
    'it knows type %s by the number %d',
    (name, number) => {
      kernel.nft(`table inet test { set s { type ${name}; }; }`);
      expect(nftSets(kernel.socket).map((set) => set.key.type)).toEqual([number]);
    },
  );

  test('what it wrote is read, and written back it shows the same', () => {
    kernel.nft(`table inet test {
      set s { type ipv4_addr . inet_service; flags interval; comment "ours"; elements = { 10.0.0.0/8 . 80-90 }; }
      set i { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 192.168.1.1 comment "one" }; }
      map m { type ifname : mark; elements = { "eth0" : 0x1, "lo" : 0x2 }; }
      map v { type inet_service : verdict; elements = { 22 : accept, 23 : goto c }; }
      set d { type ipv6_addr; size 99; flags dynamic,timeout; timeout 1m; }
      set n { type ipv4_addr; counter; elements = { 10.0.0.1 counter packets 3 bytes 4 }; }
      chain c {
        counter drop comment "no"
      }
      chain input {
        type filter hook input priority filter + 3; policy accept;
        ct state invalid drop
        iifname "eth*" ip saddr @i tcp dport vmap @v
        ip saddr . tcp dport @s ct mark set ct mark and 0xff or 0x100
        ip6 nexthdr udp add @d { ip6 saddr timeout 30s limit rate over 5/second } jump c
        meta mark set iifname map @m
        tcp flags & (fin | syn) == syn tcp option maxseg size 500 reject with tcp reset
        icmp type echo-request limit rate 3/minute reject with icmpx admin-prohibited
        udp dport 1000-2000 log group 3 prefix "x" queue-threshold 4
        udp sport != 5 log level debug flags all
        fib saddr . iif oif missing drop
        ip dscp set cs1 numgen random mod 10 < 3
        exthdr frag exists
        socket transparent 1 meta l4proto { tcp, udp } ip ttl lt 5
        ct original ip saddr 10.0.0.1 ct status dnat
        tcp dport 80 ct reply proto-dst 80
        rt classid 7 meta pkttype broadcast
      }
      chain nat {
        type nat hook postrouting priority srcnat;
        ip saddr 10.0.0.0/8 masquerade random
        ip daddr 10.0.0.1 tcp dport 5 snat ip to 10.0.0.2-10.0.0.3:1000-2000 persistent
      }
    }`);
    const shown = kernel.nft('-s', 'list', 'ruleset');
    const sets = nftSets(kernel.socket);
    const ids = new Map(sets.map((set, index) => [set.name, index + 1]));
    const again: readonly Change[] = [
      { kind: 'deleteTable', table: TABLE },
      { kind: 'createTable', table: TABLE },
      ...nftChains(kernel.socket).map((chain): Change => ({ kind: 'createChain', chain })),
      ...sets.flatMap((set): readonly Change[] => {
        const id = ids.get(set.name) ?? 0;
        const elements = nftElements(kernel.socket, set);
        return [
          { kind: 'createSet', set, id },
          { kind: 'addElements', set, setId: id, elements },
        ];
      }),
      ...nftRules(kernel.socket).map((rule): Change => ({ kind: 'addRule', rule, at: last })),
    ];
    commit(kernel.socket, again);
    expect(kernel.nft('-s', 'list', 'ruleset')).toBe(shown);
    expect(nftRules(kernel.socket).flatMap(({ expressions }) => names(expressions))).toEqual([
      'rt',
    ]);
  });
});

/** The expressions that there are no words for. */
function names(expressions: readonly Expression[]): readonly string[] {
  return expressions.flatMap((one) => (one.kind === 'unknown' ? [one.name] : []));
}
