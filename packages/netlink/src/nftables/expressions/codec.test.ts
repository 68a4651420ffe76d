import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributeMap } from '../../codec/attributes.ts';
import { Writer } from '../../codec/writer.ts';
import { commit } from '../commit.ts';
import type { Family } from '../family.ts';
import { nftRules } from '../listing.ts';
import {
  cannotTest,
  chainNamed,
  openTestRuleset,
  setNamed,
  TABLE,
  type TestRuleset,
  titled,
} from '../testing.ts';
import { EXPRESSION_KINDS, readExpressions, writeExpressions } from './codec.ts';
import { CT_KEYS } from './ct.ts';
import type { Expression } from './expression.ts';
import { META_KEYS } from './meta.ts';

/** An expression that a rule may have; some need others before them, or a special chain. */
interface Case {
  readonly expression: Expression;
  readonly family?: Family;
  readonly chain?: string;
  readonly before?: readonly Expression[];
}

const R = 8;
const bytes = (...of: number[]): Uint8Array => Uint8Array.from(of);
const filled: readonly Expression[] = [8, 12, 16, 20].map((destination) => ({
  kind: 'immediate',
  destination,
  data: new Uint8Array(16),
}));
const isTcp: readonly Expression[] = [
  { kind: 'meta', key: 'l4proto', destination: R },
  { kind: 'cmp', op: 'eq', source: R, data: bytes(6) },
];

const load = (key: Extract<Expression, { kind: 'meta' }>['key']): Expression => ({
  kind: 'meta',
  key,
  destination: R,
});
const ofFlow = (
  key: Extract<Expression, { kind: 'ct' }>['key'],
  direction: 'original' | 'reply' | 'none' = 'none',
): Expression => ({ kind: 'ct', key, direction, destination: R });

const CASES: readonly Case[] = [
  {
    expression: { kind: 'payload', base: 'network', offset: 12, length: 4, destination: R },
  },
  { expression: { kind: 'payload', base: 'transport', offset: 2, length: 2, destination: 9 } },
  { expression: { kind: 'payload', base: 'network', offset: 8, length: 16, destination: 12 } },
  {
    family: 'bridge',
    expression: { kind: 'payload', base: 'link_layer', offset: 6, length: 6, destination: 23 - 1 },
  },
  { expression: { kind: 'payload', base: 'inner', offset: 0, length: 1, destination: 23 } },
  {
    before: filled,
    expression: {
      kind: 'setPayload',
      base: 'network',
      offset: 16,
      length: 4,
      source: 16,
      checksum: { type: 'inet', offset: 10, pseudoHeader: true },
    },
  },
  {
    before: filled,
    expression: {
      kind: 'setPayload',
      base: 'transport',
      offset: 2,
      length: 2,
      source: R,
      checksum: { type: 'none', offset: 0, pseudoHeader: false },
    },
  },
  ...(
    [
      'len',
      'protocol',
      'priority',
      'mark',
      'iif',
      'oif',
      'iifname',
      'oifname',
      'iiftype',
      'nfproto',
      'l4proto',
      'pkttype',
      'cpu',
      'iifgroup',
      'skuid',
      'time_ns',
      'sdifname',
    ] as const
  ).map((key) => ({ expression: load(key) })),
  ...(['mark', 'priority', 'nftrace'] as const).map(
    (key): Case => ({ before: filled, expression: { kind: 'setMeta', key, source: R } }),
  ),
  ...(['state', 'direction', 'status', 'mark', 'expiration', 'id', 'zone', 'bytes'] as const).map(
    (key) => ({ expression: ofFlow(key) }),
  ),
  { expression: ofFlow('l3protocol') },
  { expression: ofFlow('src_ip', 'original') },
  { expression: ofFlow('dst_ip', 'reply') },
  { expression: ofFlow('src_ip6', 'reply') },
  { expression: ofFlow('dst_ip6', 'original') },
  { expression: ofFlow('protocol') },
  { expression: ofFlow('proto_src', 'original') },
  { expression: ofFlow('proto_dst', 'reply') },
  { expression: ofFlow('pkts', 'reply') },
  { before: filled, expression: { kind: 'setCt', key: 'mark', direction: 'none', source: 11 } },
  ...(['eq', 'neq', 'lt', 'lte', 'gt', 'gte'] as const).map(
    (op): Case => ({
      before: filled,
      expression: { kind: 'cmp', op, source: R, data: bytes(1, 2, 3, 4) },
    }),
  ),
  { before: filled, expression: { kind: 'cmp', op: 'eq', source: 12, data: new Uint8Array(16) } },
  { before: filled, expression: { kind: 'cmp', op: 'eq', source: R, data: bytes(1, 2) } },
  ...(['eq', 'neq'] as const).map(
    (op): Case => ({
      before: filled,
      expression: { kind: 'range', op, source: R, first: bytes(0, 80), last: bytes(0, 90) },
    }),
  ),
  {
    before: filled,
    expression: {
      kind: 'bitwise',
      source: R,
      destination: 10,
      mask: bytes(255, 0, 0, 0),
      xor: bytes(0, 1, 0, 0),
    },
  },
  {
    before: filled,
    expression: {
      kind: 'bitwise',
      source: R,
      destination: 12,
      mask: new Uint8Array(16).fill(3),
      xor: new Uint8Array(16),
    },
  },
  ...(['left', 'right'] as const).map(
    (direction): Case => ({
      before: filled,
      expression: { kind: 'shift', direction, source: R, destination: R, length: 4, bits: 7 },
    }),
  ),
  ...(['ntoh', 'hton'] as const).map(
    (op): Case => ({
      before: filled,
      expression: { kind: 'byteorder', op, source: R, destination: 9, length: 4, size: 2 },
    }),
  ),
  ...[false, true].map(
    (inverted): Case => ({
      before: filled,
      expression: { kind: 'lookup', set: 'addresses', setId: 0, source: R, inverted },
    }),
  ),
  {
    before: filled,
    expression: { kind: 'map', set: 'numbers', setId: 0, source: R, destination: 14 },
  },
  {
    before: filled,
    expression: { kind: 'map', set: 'verdicts', setId: 0, source: R, destination: 0 },
  },
  { expression: { kind: 'immediate', destination: 13, data: bytes(1, 2, 3, 4, 5) } },
  ...(['accept', 'drop', 'continue', 'break', 'return'] as const).map(
    (kind): Case => ({ expression: { kind: 'verdict', verdict: { kind } } }),
  ),
  { expression: { kind: 'verdict', verdict: { kind: 'jump', chain: 'other' } } },
  { expression: { kind: 'verdict', verdict: { kind: 'goto', chain: 'other' } } },
  { expression: { kind: 'counter', packets: 12n, bytes: 1n << 40n } },
  { expression: { kind: 'log', group: 5, prefix: 'deny', snaplen: 80, qthreshold: 3 } },
  { expression: { kind: 'log', group: 0, prefix: '', snaplen: 'all', qthreshold: 0 } },
  { expression: { kind: 'syslog', level: 'info', prefix: 'seen ', flags: 1 } },
  {
    expression: {
      kind: 'limit',
      of: 'packets',
      rate: 6,
      perSeconds: 60,
      burst: 1,
      inverted: false,
    },
  },
  {
    expression: {
      kind: 'limit',
      of: 'bytes',
      rate: 1 << 20,
      perSeconds: 1,
      burst: 4096,
      inverted: true,
    },
  },
  { chain: 'filter', expression: { kind: 'reject', type: 'icmpx_unreach', code: 3 } },
  {
    family: 'ip',
    chain: 'filter',
    expression: { kind: 'reject', type: 'icmp_unreach', code: 13 },
  },
  {
    chain: 'filter',
    before: isTcp,
    expression: { kind: 'reject', type: 'tcp_rst', code: 0 },
  },
  {
    chain: 'postrouting',
    before: filled,
    expression: {
      kind: 'nat',
      type: 'snat',
      family: 'ip',
      address: { min: 8, max: 9 },
      port: 'none',
      flags: ['proto_random', 'persistent'],
    },
  },
  {
    chain: 'prerouting',
    before: [...filled, ...isTcp],
    expression: {
      kind: 'nat',
      type: 'dnat',
      family: 'ip6',
      address: { min: 12, max: 12 },
      port: { min: 8, max: 9 },
      flags: [],
    },
  },
  { chain: 'postrouting', expression: { kind: 'masquerade', port: 'none', flags: [] } },
  {
    chain: 'postrouting',
    before: [...filled, ...isTcp],
    expression: { kind: 'masquerade', port: { min: 9, max: 10 }, flags: ['proto_random_fully'] },
  },
  {
    chain: 'prerouting',
    before: [...filled, ...isTcp],
    expression: { kind: 'redirect', port: { min: 9, max: 9 }, flags: [] },
  },
  {
    chain: 'raw',
    expression: { kind: 'fib', result: 'oif', flags: ['saddr', 'iif'], destination: R },
  },
  {
    chain: 'raw',
    expression: { kind: 'fib', result: 'addrtype', flags: ['daddr'], destination: R },
  },
  {
    chain: 'raw',
    expression: {
      kind: 'fib',
      result: 'oif',
      flags: ['saddr', 'mark', 'present'],
      destination: R,
    },
  },
  { chain: 'raw', expression: { kind: 'notrack' } },
  ...(['add', 'update', 'delete'] as const).map(
    (op): Case => ({
      before: filled,
      expression: {
        kind: 'dynset',
        set: 'seen',
        setId: 0,
        op,
        key: R,
        data: 'none',
        timeoutMs: 0,
        expressions: [],
        inverted: false,
      },
    }),
  ),
  {
    before: filled,
    expression: {
      kind: 'dynset',
      set: 'seen',
      setId: 0,
      op: 'update',
      key: R,
      data: 'none',
      timeoutMs: 60_000,
      expressions: [
        { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
      ],
      inverted: true,
    },
  },
  {
    before: filled,
    expression: {
      kind: 'dynset',
      set: 'seen',
      setId: 0,
      op: 'add',
      key: R,
      data: 'none',
      timeoutMs: 0,
      expressions: [
        { kind: 'counter', packets: 0n, bytes: 0n },
        { kind: 'limit', of: 'packets', rate: 9, perSeconds: 1, burst: 2, inverted: false },
      ],
      inverted: false,
    },
  },
  {
    before: filled,
    expression: {
      kind: 'dynset',
      set: 'seenNumbers',
      setId: 0,
      op: 'update',
      key: R,
      data: 12,
      timeoutMs: 0,
      expressions: [],
      inverted: false,
    },
  },
  ...(['incremental', 'random'] as const).map(
    (type): Case => ({
      expression: { kind: 'numgen', type, modulus: 10, offset: 5, destination: R },
    }),
  ),
  ...(['transparent', 'mark', 'wildcard'] as const).map(
    (key): Case => ({
      chain: 'filter',
      expression: { kind: 'socket', key, level: 0, destination: R },
    }),
  ),
  {
    expression: {
      kind: 'exthdr',
      op: 'tcpopt',
      type: 2,
      offset: 2,
      length: 2,
      present: false,
      destination: R,
    },
  },
  {
    expression: {
      kind: 'exthdr',
      op: 'ipv6',
      type: 44,
      offset: 0,
      length: 1,
      present: true,
      destination: R,
    },
  },
  // `rt classid`, into NFT_REG_1 as the kernel tells it.
  {
    expression: {
      kind: 'unknown',
      name: 'rt',
      data: bytes(8, 0, 2, 0, 0, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 1),
    },
  },
  {
    chain: 'raw',
    expression: { kind: 'fib', result: 'oifname', flags: ['saddr', 'mark'], destination: R },
  },
  // An operation of `bitwise` that there are no words for: 3, the bits that two registers share.
  {
    before: filled,
    expression: {
      kind: 'unknown',
      name: 'bitwise',
      data: Uint8Array.from(
        [1, 1, 2, 1, 3, 4, 6, 3, 8, 2].flatMap((number, at, all) =>
          at % 2 === 0 ? [8, 0, number, 0, 0, 0, 0, all[at + 1] ?? 0] : [],
        ),
      ),
    },
  },
];

describe.skipIf(cannotTest() !== undefined)(titled('expressions'), () => {
  let kernel: TestRuleset;

  beforeAll(() => {
    kernel = openTestRuleset();
    const base = { type: 'filter', priority: 0, policy: 'accept', devices: [] } as const;
    commit(kernel.socket, [
      ...(['inet', 'ip', 'bridge'] as const).flatMap((family) => [
        { kind: 'addTable' as const, table: { ...TABLE, family } },
        { kind: 'addChain' as const, chain: { ...chainNamed('plain'), family } },
        { kind: 'addChain' as const, chain: { ...chainNamed('other'), family } },
      ]),
      ...(['inet', 'ip'] as const).map((family) => ({
        kind: 'addChain' as const,
        chain: { ...chainNamed('filter'), family, base: { ...base, hook: 'input' as const } },
      })),
      {
        kind: 'addChain',
        chain: {
          ...chainNamed('bridge'),
          family: 'bridge',
          base: { ...base, hook: 'prerouting', priority: -300 },
        },
      },
      {
        kind: 'addChain',
        chain: { ...chainNamed('raw'), base: { ...base, hook: 'prerouting', priority: -300 } },
      },
      {
        kind: 'addChain',
        chain: { ...chainNamed('prerouting'), base: { ...base, type: 'nat', hook: 'prerouting' } },
      },
      {
        kind: 'addChain',
        chain: {
          ...chainNamed('postrouting'),
          base: { ...base, type: 'nat', hook: 'postrouting', priority: 100 },
        },
      },
      { kind: 'addSet', set: setNamed('addresses') },
      {
        kind: 'addSet',
        set: setNamed('numbers', {
          data: { kind: 'value', type: 4, length: 4, byteOrder: 'host' },
        }),
      },
      { kind: 'addSet', set: setNamed('verdicts', { data: { kind: 'verdict' } }) },
      { kind: 'addSet', set: setNamed('seen', { flags: ['timeout', 'eval'], size: 100 }) },
      {
        kind: 'addSet',
        set: setNamed('seenNumbers', {
          flags: ['eval'],
          size: 100,
          data: { kind: 'value', type: 4, length: 4, byteOrder: 'host' },
        }),
      },
    ]);
  });
  afterAll(() => kernel.close());

  test.each(CASES.map((of, number) => [`${of.expression.kind} ${number}`, of] as const))(
    '%s comes back as it was written',
    (_, { expression, family = 'inet', chain = 'plain', before = [] }) => {
      const rule = {
        family,
        table: TABLE.name,
        chain,
        comment: '',
        expressions: [...before, expression],
      };
      commit(kernel.socket, [{ kind: 'addRule', rule, at: { kind: 'last' } }]);
      const last = nftRules(kernel.socket, { family, name: TABLE.name }, chain).at(-1);
      expect(last?.expressions.at(-1)).toEqual(expression);
      expect(last).toEqual({ ...rule, handle: last?.handle });
    },
  );

  test('every kind of expression occurs', () => {
    const kinds = new Set(CASES.map(({ expression }) => expression.kind));
    expect([...kinds].sort()).toEqual([...EXPRESSION_KINDS].sort());
  });
});

// Some of them are only in kernels that were built with more than this one may have.
describe('the codec alone', () => {
  const reread = (expressions: readonly Expression[]): readonly Expression[] => {
    const written = new Writer();
    writeExpressions(written, 1, expressions);
    return readExpressions(attributeMap(written.bytes()).get(1) ?? Buffer.alloc(0));
  };

  test.each(
    [
      ...META_KEYS.map(load),
      ...CT_KEYS.map((key) => ofFlow(key)),
      { kind: 'socket', key: 'cgroupv2', level: 2, destination: R } as const,
      ...CASES.map(({ expression }) => expression),
    ].map((expression) => [expression.kind, expression] as const),
  )('reads what it writes: %s', (_, expression) => {
    expect(reread([expression])).toEqual([expression]);
  });

  test.each([7, 24, -1])('register %d is none', (destination) => {
    expect(() => reread([{ kind: 'meta', key: 'mark', destination }])).toThrow(RangeError);
  });
});
