import {
  clusterOf,
  type IpAddress,
  type KubernetesObject,
  type Node,
  type Pod,
} from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { compileBridge } from '../compile/compile-bridge.ts';
import { DEFAULT_COMPILE_OPTIONS } from '../compile/options.ts';
import { TCP, UDP } from '../ruleset/numbers.ts';
import type { Packet, Payload } from './packet.ts';
import { tracerOf } from './trace.ts';

const v4 = (last: number): Packet['source'] => ({ family: 'IPv4', value: 0x0a00_0000 + last });
const v6 = (last: number): { readonly family: 'IPv6'; readonly value: bigint } => ({
  family: 'IPv6',
  value: (0x2001_0db8n << 96n) + BigInt(last),
});
const LINK_LOCAL = { family: 'IPv6', value: (0xfe80n << 112n) + 7n } as const;
const LISTENERS = { family: 'IPv6', value: (0xff02n << 112n) + 0x16n } as const;
const [WEB, DB, STARTING] = [v4(1), v4(2), v4(3)];
const [OWN, OTHER_NODE, OUTSIDE] = [v4(100), v4(101), v4(0x0100_0000)];

function pod(name: string, last: number): Pod {
  return {
    kind: 'Pod',
    namespace: 'a',
    name,
    uid: name,
    labels: new Map([['app', name]]),
    owner: undefined,
    node: 'n1',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [v4(last), v6(last)],
    ports: [],
    hostname: '',
    subdomain: '',
  };
}

function node(name: string, last: number): Node {
  const podRange = { family: 'IPv4', first: 0x0a00_0000, last: 0x0a00_003f, length: 26 } as const;
  return {
    kind: 'Node',
    name,
    labels: new Map(),
    addresses: [v4(last)],
    podRanges: name === 'n1' ? [podRange] : [],
  };
}

/** `db` may send nothing, and gets only TCP to port 5432 from `web`. `starting` is not ready. */
const OBJECTS: readonly KubernetesObject[] = [
  pod('web', 1),
  pod('db', 2),
  pod('starting', 3),
  node('n1', 100),
  node('n2', 101),
  {
    kind: 'NetworkPolicy',
    namespace: 'a',
    name: 'db',
    generation: 1,
    subject: [{ kind: 'in', key: 'app', values: new Set(['db']) }],
    egress: { kind: 'isolated', rules: [] },
    ingress: {
      kind: 'isolated',
      rules: [
        {
          peers: {
            kind: 'peers',
            peers: [
              {
                kind: 'pods',
                namespaces: { kind: 'own' },
                pods: [{ kind: 'in', key: 'app', values: new Set(['web']) }],
              },
            ],
          },
          ports: {
            kind: 'ports',
            ports: [{ kind: 'range', protocol: 'TCP', from: 5432, to: 5432 }],
          },
        },
      ],
    },
  },
];

const GENERATION = 7;
const STAMPED = GENERATION << 16;
const OPTIONS = {
  ...DEFAULT_COMPILE_OPTIONS,
  generation: GENERATION,
  interfaceOf: ({ object }: { readonly object: Pod }) =>
    object.name === 'starting' ? undefined : `veth-${object.name}`,
};
const tracer = tracerOf(compile(clusterOf(OBJECTS), 'n1', OPTIONS));

const tcp = (destinationPort: number, syn = true, sourcePort = 40_000): Payload => ({
  kind: 'ports',
  protocol: TCP,
  sourcePort,
  destinationPort,
  syn,
});
const udp = (destinationPort: number): Payload => ({
  kind: 'ports',
  protocol: UDP,
  sourcePort: 40_000,
  destinationPort,
  syn: false,
});
const icmp = (type: number): Payload => ({ kind: 'icmp', type, code: 0 });
const FRAME = { cast: 'one', carries: 'ip', tagged: false } as const;
const NEW = { state: 'new', direction: 'original', mark: 0 } as const;

/** From `web` to `db`, as far as nothing else is said. */
function packet(of: Partial<Packet>): Packet {
  return {
    way: 'forward',
    frame: FRAME,
    inputInterface: 'veth-web',
    outputInterface: 'veth-db',
    source: WEB,
    destination: DB,
    payload: tcp(5432),
    connection: NEW,
    ...of,
  };
}

const FROM_DB = {
  inputInterface: 'veth-db',
  source: DB,
  outputInterface: 'veth-web',
  destination: WEB,
};
const FROM_OUTSIDE = { inputInterface: 'eth0', source: OUTSIDE };
const TO_OUTSIDE = { outputInterface: 'eth0', destination: OUTSIDE };
const TO_OWN = { way: 'input', outputInterface: '', destination: OWN } as const;
const reply = (mark: number) => ({ state: 'established', direction: 'reply', mark }) as const;

describe('a packet', () => {
  test.each<[string, 'accept' | 'drop', object]>([
    ['that a rule allows', 'accept', {}],
    ['to a port beside it', 'drop', { payload: tcp(5433) }],
    ['of another protocol', 'drop', { payload: udp(5432) }],
    ['without ports', 'drop', { payload: icmp(8) }],
    ['from a pod that nothing isolates, to outside', 'accept', TO_OUTSIDE],
    ['from a pod that may send nothing', 'drop', FROM_DB],
    ['from outside to an isolated pod', 'drop', FROM_OUTSIDE],
    ['with a neighbour’s address', 'drop', { inputInterface: 'veth-db' }],
    ['with a pod’s address, from outside', 'drop', { inputInterface: 'eth0' }],
    ['with an address that is nobody’s, from a pod', 'drop', { source: OUTSIDE }],
    ['with the node’s own address, from a pod', 'drop', { source: OWN }],
    [
      'from a pod that is not ready',
      'drop',
      { inputInterface: 'veth-starting', source: STARTING, ...TO_OUTSIDE },
    ],
    [
      'to a pod that is not ready',
      'drop',
      { outputInterface: 'veth-starting', destination: STARTING },
    ],
    [
      'to an address of this node’s range, wherever it leads',
      'drop',
      { outputInterface: 'new0', destination: v4(4) },
    ],
    [
      'from an address of this node’s range, from elsewhere',
      'drop',
      { inputInterface: 'new0', source: v4(4), ...TO_OUTSIDE },
    ],
    [
      'that is not ours',
      'accept',
      { inputInterface: 'eth0', source: OUTSIDE, outputInterface: 'eth1', destination: OTHER_NODE },
    ],
    [
      'that is not ours and belongs to no flow',
      'accept',
      {
        inputInterface: 'eth0',
        source: OUTSIDE,
        outputInterface: 'eth1',
        destination: OTHER_NODE,
        connection: { ...NEW, state: 'invalid' },
      },
    ],
    ['of the node to its pod', 'accept', { way: 'output', inputInterface: '', source: OWN }],
    ['to the own node', 'accept', TO_OWN],
    [
      'to the own node, from a pod that may send nothing',
      'drop',
      { ...TO_OWN, inputInterface: 'veth-db', source: DB },
    ],
    [
      'that answers the own node',
      'accept',
      {
        ...TO_OWN,
        inputInterface: 'veth-db',
        source: DB,
        payload: tcp(40_000, false, 80),
        connection: reply(0),
      },
    ],
    [
      'that answers the own node, with a neighbour’s address',
      'drop',
      { ...TO_OWN, inputInterface: 'veth-db', connection: reply(0) },
    ],
  ])('%s', (_, verdict, of) => {
    expect(tracer(packet(of))).toMatchObject({ verdict });
  });
});

describe('neighbour discovery', () => {
  const solicitation = {
    way: 'input',
    outputInterface: '',
    source: LINK_LOCAL,
    destination: LINK_LOCAL,
    hops: 255,
    connection: { ...NEW, state: 'untracked' },
  } as const;
  test.each<[string, 'accept' | 'drop', object]>([
    ['asks for a neighbour', 'accept', { payload: icmp(135) }],
    ['answers', 'accept', { payload: icmp(136) }],
    ['looks for a router', 'accept', { payload: icmp(133) }],
    [
      'with the pod’s own address',
      'accept',
      { source: v6(2), inputInterface: 'veth-db', payload: icmp(135) },
    ],
    [
      'across a bridge',
      'accept',
      { way: 'forward', outputInterface: 'veth-db', payload: icmp(135) },
    ],
    ['that was sent on is a letter', 'drop', { hops: 254, payload: icmp(135) }],
    [
      'sent on to a pod is judged as anything else',
      'drop',
      { way: 'forward', source: v6(1), destination: v6(2), hops: 254, payload: icmp(135) },
    ],
    [
      'reports whom it listens to',
      'accept',
      { hops: 1, destination: LISTENERS, payload: icmp(143) },
    ],
    ['reports to one only', 'drop', { hops: 1, payload: icmp(143) }],
    ['must not play the router', 'drop', { payload: icmp(134) }],
    [
      'must not play the router with its own address',
      'drop',
      { source: v6(1), payload: icmp(134) },
    ],
    ['must not redirect', 'drop', { source: v6(1), payload: icmp(137) }],
    ['is not what it looks like', 'drop', { payload: tcp(80) }],
  ])('%s', (_, verdict, of) => {
    expect(tracer(packet({ ...solicitation, ...of }))).toMatchObject({ verdict });
  });
});

describe('a flow', () => {
  const established = { state: 'established', direction: 'original', mark: STAMPED } as const;
  const back = { ...FROM_DB, payload: tcp(40_000, false, 5432) };
  test.each<[string, 'accept' | 'drop', number, object]>([
    ['is stamped when it is allowed', 'accept', STAMPED, {}],
    [
      'keeps what others have in its mark',
      'accept',
      STAMPED + 5,
      { connection: { ...NEW, mark: 5 } },
    ],
    ['is not stamped when it is denied', 'drop', 0, { payload: tcp(80) }],
    [
      'decided in this generation passes, whatever rows say',
      'accept',
      STAMPED,
      { payload: tcp(80, false), connection: established },
    ],
    [
      'decided before is decided anew',
      'drop',
      6 << 16,
      { payload: tcp(80, false), connection: { ...established, mark: 6 << 16 } },
    ],
    [
      'decided before and still allowed gets the new stamp',
      'accept',
      STAMPED,
      { payload: tcp(5432, false), connection: { ...established, mark: 6 << 16 } },
    ],
    [
      'decided before by its answer: as what it answers',
      'accept',
      STAMPED,
      { ...back, connection: reply(6 << 16) },
    ],
    [
      'that is forbidden now, by its answer',
      'drop',
      6 << 16,
      { ...back, payload: tcp(40_000, false, 80), connection: reply(6 << 16) },
    ],
    ['from its middle is none', 'drop', 0, { payload: tcp(5432, false) }],
    ['that is none', 'drop', 0, { connection: { ...NEW, state: 'invalid' } }],
    [
      'that nobody tracks is judged by each packet',
      'accept',
      0,
      { connection: { ...NEW, state: 'untracked' } },
    ],
    [
      'that nobody tracks and no rule allows',
      'drop',
      0,
      { payload: tcp(80), connection: { ...NEW, state: 'untracked' } },
    ],
    [
      'has errors, whatever generation it has, that stamp nothing',
      'accept',
      6 << 16,
      {
        ...FROM_DB,
        payload: icmp(3),
        connection: { state: 'related', direction: 'reply', mark: 6 << 16 },
      },
    ],
    [
      'has errors from whom it was led to',
      'accept',
      6 << 16,
      {
        ...FROM_DB,
        payload: icmp(3),
        connection: {
          state: 'related',
          direction: 'reply',
          mark: 6 << 16,
          caller: WEB,
          called: DB,
        },
      },
    ],
    [
      'has no errors from a pod that is no end of it',
      'drop',
      6 << 16,
      {
        ...FROM_DB,
        payload: icmp(3),
        connection: {
          state: 'related',
          direction: 'reply',
          mark: 6 << 16,
          caller: WEB,
          called: OUTSIDE,
        },
      },
    ],
    [
      'has errors from a router',
      'accept',
      6 << 16,
      {
        ...FROM_OUTSIDE,
        payload: icmp(3),
        connection: {
          state: 'related',
          direction: 'reply',
          mark: 6 << 16,
          caller: WEB,
          called: DB,
        },
      },
    ],
    [
      'that nobody decided has no errors',
      'drop',
      0,
      { payload: icmp(3), connection: { state: 'related', direction: 'reply', mark: 0 } },
    ],
    [
      'related to another is decided by itself',
      'drop',
      STAMPED,
      { payload: tcp(80), connection: { ...established, state: 'related' } },
    ],
  ])('%s', (_, verdict, mark, of) => {
    expect(tracer(packet(of))).toMatchObject({ verdict, mark });
  });
});

describe('a tunnel', () => {
  const toNode = { outputInterface: 'eth0', destination: OTHER_NODE };
  test.each<[string, 'accept' | 'drop', object]>([
    ['to a node, by UDP', 'drop', { ...toNode, payload: udp(8472) }],
    ['to a node, by protocol', 'drop', { ...toNode, payload: { kind: 'other', protocol: 4 } }],
    ['to the own node', 'drop', { ...TO_OWN, payload: udp(4789) }],
    ['to no node', 'accept', { ...TO_OUTSIDE, payload: udp(8472) }],
    ['that is none', 'accept', { ...toNode, payload: udp(8473) }],
  ])('%s', (_, verdict, of) => {
    expect(tracer(packet(of))).toMatchObject({ verdict });
  });
});

describe('who is told that policies deny', () => {
  const rejecting = tracerOf(compile(clusterOf(OBJECTS), 'n1', { ...OPTIONS, denied: 'reject' }));
  test.each<[string, string, Partial<Packet>]>([
    ['who opens a connection', 'tcpReset', { payload: tcp(80) }],
    ['who goes on with one', 'tcpReset', { payload: tcp(80, false), connection: reply(0) }],
    ['who sends something else', 'adminProhibited', { payload: udp(80) }],
    ['who may send nothing', 'tcpReset', { ...FROM_DB, ...TO_OUTSIDE }],
    [
      'who may send nothing, not to its node either',
      'adminProhibited',
      { ...TO_OWN, inputInterface: 'veth-db', source: DB, payload: udp(53) },
    ],
    ['nobody of what is allowed', 'nothing', {}],
    ['nobody who has a foreign address', 'nothing', { source: DB }],
    ['nobody who is not ready', 'nothing', { inputInterface: 'veth-starting', source: STARTING }],
    [
      'nobody who sends to what is not ready',
      'nothing',
      { outputInterface: 'veth-starting', destination: STARTING },
    ],
    ['nobody whose packet is of no flow', 'nothing', { payload: tcp(5432, false) }],
    [
      'nobody who tunnels',
      'nothing',
      { outputInterface: 'eth0', destination: OTHER_NODE, payload: udp(8472) },
    ],
  ])('%s', (_, told, of) => {
    const silent = tracer(packet(of));
    expect(rejecting(packet(of))).toMatchObject({ told, verdict: silent.verdict });
    expect(silent.told).toBe('nothing');
  });
});

describe('a frame on a bridge', () => {
  const options = {
    table: 'ringfence',
    portOf: OPTIONS.interfaceOf,
    podInterfaces: ['veth*'],
    comments: true,
  };
  const bridge = tracerOf(compileBridge(clusterOf(OBJECTS), 'n1', options));
  const toMany = { ...FRAME, cast: 'many' } as const;
  const arp = { ...toMany, carries: 'arp' } as const;
  const other = { ...FRAME, carries: 'other' } as const;
  const tagged = { ...FRAME, tagged: true } as const;
  const sixth = { source: v6(1), destination: v6(2), hops: 255 };
  const advertised = (target: IpAddress): Payload & { readonly kind: 'icmp' } => ({
    kind: 'icmp',
    type: 136,
    code: 0,
    target,
  });
  const linkLocal = { source: LINK_LOCAL, destination: LINK_LOCAL, hops: 255 };
  test.each<[string, 'accept' | 'drop', Partial<Packet>]>([
    ['with the own address', 'accept', {}],
    ['with the own address of the other family', 'accept', sixth],
    ['with a neighbour’s address', 'drop', { source: DB }],
    ['with an address from outside', 'drop', { source: OUTSIDE }],
    ['from a pod that is not ready', 'drop', { inputInterface: 'veth-starting', source: STARTING }],
    ['from what is no pod', 'accept', { inputInterface: 'eth0', source: DB }],
    ['that asks for an address', 'accept', { frame: arp }],
    ['that asks in the name of a neighbour', 'drop', { frame: arp, source: DB }],
    ['to all', 'drop', { frame: toMany, payload: udp(53) }],
    ['to many', 'drop', { frame: toMany, ...sixth, payload: udp(5353) }],
    ['that looks for a neighbour', 'accept', { frame: toMany, ...linkLocal, payload: icmp(135) }],
    [
      'that looks for one with its own address',
      'accept',
      { frame: toMany, ...sixth, payload: icmp(135) },
    ],
    [
      'that looks for one with a foreign address',
      'drop',
      { frame: toMany, ...sixth, source: v6(2), payload: icmp(135) },
    ],
    ['that looks for a neighbour, sent on', 'drop', { ...linkLocal, hops: 64, payload: icmp(135) }],
    ['that tells who it is', 'accept', { ...sixth, payload: advertised(v6(1)) }],
    [
      'that tells who it is, from the link',
      'accept',
      { ...sixth, source: LINK_LOCAL, payload: advertised(v6(1)) },
    ],
    ['that tells all who it is', 'accept', { frame: toMany, ...sixth, payload: advertised(v6(1)) }],
    ['that tells that it is a neighbour', 'drop', { ...sixth, payload: advertised(v6(2)) }],
    [
      'that tells from the link that it is a neighbour',
      'drop',
      { ...sixth, source: LINK_LOCAL, payload: advertised(v6(2)) },
    ],
    [
      'that tells as a neighbour who it is',
      'drop',
      { ...sixth, source: v6(2), payload: advertised(v6(1)) },
    ],
    [
      'that tells of an address of the link',
      'drop',
      { ...sixth, source: LINK_LOCAL, payload: advertised(LINK_LOCAL) },
    ],
    ['that tells of nobody', 'drop', { ...sixth, payload: icmp(136) }],
    ['that only looks like it', 'accept', { ...sixth, hops: 64, payload: advertised(v6(2)) }],
    [
      'that asks for a neighbour',
      'accept',
      { frame: toMany, ...sixth, payload: { ...advertised(v6(2)), type: 135 } },
    ],
    ['that plays the router', 'drop', { frame: toMany, ...linkLocal, payload: icmp(134) }],
    ['that plays the router for one', 'drop', { ...sixth, payload: icmp(134) }],
    ['between link-local addresses', 'drop', linkLocal],
    ['to a link-local address', 'drop', { ...sixth, destination: LINK_LOCAL }],
    ['of another kind', 'drop', { frame: other }],
    ['with the own address behind a tag', 'drop', { frame: tagged }],
    ['with the own address of the other family behind a tag', 'drop', { ...sixth, frame: tagged }],
    ['that asks for an address behind a tag', 'drop', { frame: { ...arp, tagged: true } }],
    [
      'that looks for a neighbour behind a tag',
      'drop',
      { frame: { ...toMany, tagged: true }, ...linkLocal, payload: icmp(135) },
    ],
    [
      'with a tag, from what is no pod',
      'accept',
      { inputInterface: 'eth0', frame: { ...FRAME, tagged: true } },
    ],
  ])('%s', (_, verdict, of) => {
    expect(bridge(packet({ way: 'bridge', ...of }))).toMatchObject({ verdict });
  });
});

describe('tracerOf', () => {
  const ruleset = compile(clusterOf(OBJECTS), 'n1', OPTIONS);
  test.each<[string, Parameters<typeof tracerOf>[0], string]>([
    [
      'a chain that is not there',
      { ...ruleset, chains: ruleset.chains.filter(({ name }) => name !== 'from_pod') },
      'no chain from_pod',
    ],
    [
      'a set that is not there',
      { ...ruleset, sets: ruleset.sets.filter(({ name }) => name !== 'bound4') },
      'no set bound4',
    ],
    [
      'an element that is there twice',
      {
        ...ruleset,
        elements: new Map([
          ...ruleset.elements,
          ['ready4', [1, 1].map((value) => ({ key: [value], identity: undefined, comment: '' }))],
        ]),
      },
      'twice',
    ],
    [
      'ranges that overlap',
      {
        ...ruleset,
        elements: new Map([
          ...ruleset.elements,
          [
            'segments4',
            [
              { first: 1, last: 5 },
              { first: 5, last: 6 },
            ].map((range) => ({ key: [range], identity: 16, comment: '' })),
          ],
        ]),
      },
      'overlap',
    ],
  ])('refuses %s', (_, broken, message) => {
    expect(() => tracerOf(broken)(packet({}))).toThrow(message);
  });
});

describe('the bound on rows', () => {
  test('closes the pods that need the most, and says whose policies they are', () => {
    const closed = compile(clusterOf(OBJECTS), 'n1', { ...OPTIONS, maxRows: 1 });
    const policies = [{ kind: 'NetworkPolicy', namespace: 'a', name: 'db' }];
    expect(closed.closed).toEqual([{ namespace: 'a', name: 'db', rows: 2, policies }]);
    const trace = tracerOf(closed);
    expect(trace(packet({}))).toMatchObject({ verdict: 'drop' });
    expect(trace(packet(TO_OUTSIDE))).toMatchObject({ verdict: 'accept' });
    expect(trace(packet({ way: 'output', inputInterface: '', source: OWN }))).toMatchObject({
      verdict: 'accept',
    });
  });

  test('closes nobody at the limit', () => {
    expect(compile(clusterOf(OBJECTS), 'n1', { ...OPTIONS, maxRows: 2 }).closed).toEqual([]);
  });
});
