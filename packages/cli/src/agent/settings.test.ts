import { expect, test } from 'vitest';
import type { Typed } from '../command-line/command.ts';
import { agentSettings, listenOf, tableOf } from './settings.ts';

const typed = (flags: Readonly<Record<string, readonly string[]>>): Typed => ({
  operands: [],
  flags: new Map(Object.entries({ node: ['n1'], ...flags })),
});

test('without flags everything is as closed as it can be', () => {
  expect(agentSettings(typed({}))).toEqual({
    node: 'n1',
    table: 'ringfence',
    logGroup: 5,
    markMask: 0xffff_0000,
    tunnels: { protocols: [4, 41, 47], udpPorts: [4789, 6081, 8472] },
    podInterfaces: [],
    exclude: [],
    denied: 'drop',
    unprogrammed: 'drop',
    ownNodeEgress: 'enforce',
    tombstones: '/var/lib/ringfence/n1.tombstones',
  });
});

test('flags say otherwise', () => {
  const settings = agentSettings(
    typed({
      unprogrammed: ['allow'],
      'own-node-egress': ['allow'],
      'allow-pod-encapsulation': [''],
      'pod-interfaces': ['cali*', 'eth1'],
      'exclude-interfaces': ['docker0'],
      reject: [''],
      state: ['/srv'],
      table: ['mine'],
      'log-group': ['0'],
    }),
  );
  expect(settings).toMatchObject({
    unprogrammed: 'allow',
    ownNodeEgress: 'allow',
    tunnels: { protocols: [], udpPorts: [] },
    podInterfaces: ['cali*', 'eth1'],
    exclude: ['docker0'],
    denied: 'reject',
    tombstones: '/srv/n1.tombstones',
    table: 'mine',
    logGroup: 0,
  });
});

test.each<[reason: string, flags: Readonly<Record<string, readonly string[]>>, message: string]>([
  ['no node', { node: [] }, '--node is needed'],
  ['an empty pattern', { 'pod-interfaces': [''] }, '--pod-interfaces'],
  ['a star in the middle', { 'pod-interfaces': ['a*b'] }, '--pod-interfaces'],
  ['a name longer than the kernel takes', { 'pod-interfaces': ['x'.repeat(16)] }, '--pod'],
  ['a table that nft would not read', { table: ['1 2'] }, '--table: must be a letter'],
  ['a group beyond the last one', { 'log-group': ['65536'] }, 'from 0 to 65535'],
])('refuses %s', (_, flags, message) => {
  expect(() => agentSettings(typed(flags))).toThrow(message);
});

test.each([
  [undefined, { host: '127.0.0.1', port: 9095 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['[::1]:9095', { host: '::1', port: 9095 }],
  ['none', undefined],
])('listens at %s', (text, expected) => {
  expect(listenOf(typed(text === undefined ? {} : { listen: [text] }))).toEqual(expected);
});

test.each(['9095', 'localhost:9095', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:65536', '::1:80'])(
  'does not listen at %s',
  (text) => {
    expect(() => listenOf(typed({ listen: [text] }))).toThrow('--listen: must be ADDRESS:PORT');
  },
);

test('the table has a name without a node, too', () => {
  expect(tableOf({ operands: ['uninstall'], flags: new Map() })).toBe('ringfence');
});
