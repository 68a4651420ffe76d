import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addAddress } from '../route/address.ts';
import { linkNamed } from '../route/link.ts';
import { openRouteSocket } from '../route/rtnetlink.ts';
import { setLink } from '../route/set-link.ts';
import { addVeth } from '../route/veth.ts';
import { commit } from './commit.ts';
import type { Expression } from './expressions/expression.ts';
import { nftElements, nftRules } from './listing.ts';
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

const SEND = `
  const [address, port] = process.argv.slice(1);
  const socket = require('node:dgram').createSocket('udp4');
  socket.send('hello', Number(port), address, () => socket.close());
`;

/** Gives a namespace an address at one end of a wire. */
function settle(ruleset: TestRuleset, name: string, address: string): void {
  const socket = openRouteSocket(ruleset.namespace);
  const link = linkNamed(socket, name)?.index ?? 0;
  setLink(socket, link, { up: true });
  addAddress(socket, { link, address, prefix: 24 });
  socket.close();
}

describe.skipIf(cannotTest() !== undefined)(titled('packets'), () => {
  let sender: TestRuleset;
  let receiver: TestRuleset;

  beforeEach(() => {
    sender = openTestRuleset();
    receiver = openTestRuleset();
    const socket = openRouteSocket(sender.namespace);
    addVeth(socket, { name: 'out', peer: { name: 'in', namespace: receiver.namespace } });
    socket.close();
    settle(sender, 'out', '10.9.0.1');
    settle(receiver, 'in', '10.9.0.2');
    commit(receiver.socket, [
      { kind: 'addTable', table: TABLE },
      {
        kind: 'addChain',
        chain: {
          ...chainNamed('input'),
          base: { type: 'filter', hook: 'input', priority: 0, policy: 'accept', devices: [] },
        },
      },
    ]);
  });
  afterEach(() => {
    sender.close();
    receiver.close();
  });

  function send(port: number): void {
    sender.namespace.enter(() => spawnSync(process.execPath, ['-e', SEND, '10.9.0.2', `${port}`]));
  }

  /** The packets that each rule of a chain has counted. */
  function counted(): readonly bigint[] {
    return nftRules(receiver.socket, TABLE, 'input').map(({ expressions }) =>
      expressions.reduce((sum, one) => (one.kind === 'counter' ? one.packets : sum), -1n),
    );
  }

  const counter: Expression = { kind: 'counter', packets: 0n, bytes: 0n };
  const drop: Expression = { kind: 'verdict', verdict: { kind: 'drop' } };
  /** UDP to a port. */
  const udpTo = (port: number): readonly Expression[] => [
    { kind: 'meta', key: 'l4proto', destination: 8 },
    { kind: 'cmp', op: 'eq', source: 8, data: Uint8Array.of(17) },
    { kind: 'payload', base: 'transport', offset: 2, length: 2, destination: 8 },
    { kind: 'cmp', op: 'eq', source: 8, data: Uint8Array.of(port >> 8, port & 255) },
  ];

  test('a rule counts and drops what it is about, and the next rule sees the rest', () => {
    commit(receiver.socket, [
      {
        kind: 'addRule',
        rule: ruleOf('input', ...udpTo(7001), counter, drop),
        at: { kind: 'last' },
      },
      { kind: 'addRule', rule: ruleOf('input', ...udpTo(7001), counter), at: { kind: 'last' } },
      { kind: 'addRule', rule: ruleOf('input', ...udpTo(7002), counter), at: { kind: 'last' } },
    ]);
    send(7001);
    expect(counted()).toEqual([1n, 0n, 0n]);
    send(7002);
    send(7002);
    expect(counted()).toEqual([1n, 0n, 2n]);
  });

  test('a lookup of address, protocol and port, and ranges', () => {
    const key = { type: 0, byteOrder: 'unstated', fields: [4, 1, 2], length: 12 } as const;
    const exact = setNamed('exact', { key });
    const ranges = setNamed('ranges', { key, flags: ['interval'] });
    const row = (port: number): Uint8Array =>
      Uint8Array.of(10, 9, 0, 1, 17, 0, 0, 0, port >> 8, port & 255, 0, 0);
    const loads: readonly Expression[] = [
      { kind: 'payload', base: 'network', offset: 12, length: 4, destination: 8 },
      { kind: 'meta', key: 'l4proto', destination: 9 },
      { kind: 'payload', base: 'transport', offset: 2, length: 2, destination: 10 },
    ];
    const has = (set: string): readonly Expression[] => [
      ...loads,
      { kind: 'lookup', set, setId: 0, source: 8, inverted: false },
      counter,
    ];
    commit(receiver.socket, [
      { kind: 'addSet', set: exact },
      { kind: 'addSet', set: ranges },
      { kind: 'addRule', rule: ruleOf('input', ...has('exact')), at: { kind: 'last' } },
      { kind: 'addRule', rule: ruleOf('input', ...has('ranges')), at: { kind: 'last' } },
    ]);
    commit(receiver.socket, [
      { kind: 'addElements', set: exact, elements: [{ key: row(7001) }] },
      { kind: 'addElements', set: ranges, elements: [{ key: row(7002), keyEnd: row(7009) }] },
    ]);
    for (const port of [7001, 7002, 7009, 7010]) send(port);
    expect(counted()).toEqual([1n, 2n]);
  });

  test('a rule puts into a set what it saw', () => {
    const seen = setNamed('seen', { flags: ['timeout', 'eval'], timeoutMs: 60_000, size: 10 });
    commit(receiver.socket, [
      { kind: 'addSet', set: seen },
      {
        kind: 'addRule',
        at: { kind: 'last' },
        rule: ruleOf(
          'input',
          ...udpTo(7001),
          { kind: 'payload', base: 'network', offset: 12, length: 4, destination: 8 },
          {
            kind: 'dynset',
            set: 'seen',
            setId: 0,
            op: 'add',
            key: 8,
            data: 'none',
            timeoutMs: 0,
            expressions: [
              { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
            ],
            inverted: false,
          },
          counter,
        ),
      },
    ]);
    send(7001);
    send(7001);
    expect(counted()).toEqual([1n]);
    expect(nftElements(receiver.socket, seen)).toEqual([
      {
        key: Uint8Array.of(10, 9, 0, 1),
        expirationMs: expect.any(Number) as number,
        expressions: [
          { kind: 'limit', of: 'packets', rate: 6, perSeconds: 60, burst: 1, inverted: false },
        ],
      },
    ]);
  });
});
