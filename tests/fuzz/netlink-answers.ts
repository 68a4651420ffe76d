import {
  addAddress,
  addBridge,
  addForwarding,
  addNeighbour,
  addRoute,
  addRule,
  addVeth,
  addVxlan,
  type Change,
  commit,
  type Expression,
  type Flow,
  type FlowTuple,
  setMark,
  type NetlinkSocket,
} from '@ringfence/netlink';

/** A message as a socket gives it. */
export type Answer = ReturnType<NetlinkSocket['dump']>[number];

/** A socket that nothing is sent to: every question has these answers. */
export function answering(answers: readonly Answer[]): NetlinkSocket {
  return {
    fd: -1,
    request: () => {},
    get: () => answers[0] ?? { type: 0, flags: 0, sequence: 0, body: Buffer.alloc(0) },
    dump: () => answers,
    transact: () => {},
    join: () => {},
    notifications: () => {
      throw new Error('nobody listens');
    },
    close: () => {},
  };
}

/** Sound messages: the kernel tells of an object in the words in which it is made. */
export function soundAnswers(): readonly Answer[] {
  const told: Answer[] = [];
  const tell = ({ type, flags, body }: { type: number; flags: number; body: Buffer }): void =>
    void told.push({ type, flags, sequence: 1, body });
  const socket: NetlinkSocket = {
    ...answering([]),
    request: tell,
    transact: (requests) => {
      // The ends of a batch are about no object.
      for (const request of requests) if (request.type > 0xff) tell(request);
    },
  };
  makeLinks(socket);
  commit(socket, CHANGES);
  const objects = [...told];
  told.length = 0;
  for (const flow of FLOWS) setMark(socket, flow, { mark: 0x1_0000, mask: 0xffff_0000 });
  return [...objects, ...told.map(withReply)];
}

const NFGENMSG = 4;
const CTA_TUPLE_REPLY = 0x8002;

/** Requests name a flow by one of its directions; the kernel tells both. */
function withReply(answer: Answer): Answer {
  const { body } = answer;
  const reply = Buffer.from(body.subarray(NFGENMSG, NFGENMSG + body.readUInt16LE(NFGENMSG)));
  reply.writeUInt16LE(CTA_TUPLE_REPLY, 2);
  return { ...answer, body: Buffer.concat([body, reply]) };
}

function makeLinks(socket: NetlinkSocket): void {
  addVeth(socket, { name: 'a', peer: { name: 'b' } });
  addBridge(socket, { name: 'c' });
  addVxlan(socket, { name: 'd', vni: 7, port: 4789, local: '10.0.0.1', learning: true });
  addAddress(socket, { link: 1, address: '10.0.0.1', prefix: 24, peer: '10.0.0.2' });
  addAddress(socket, { link: 1, address: 'fe80::1', prefix: 64, noDad: true });
  const destination = { address: '10.1.0.0', prefix: 16 };
  addRoute(socket, { destination, gateway: '10.0.0.2', link: 1 });
  addRule(socket, { family: 'IPv6', priority: 5, table: 7, fwmark: 1, iif: 'a' });
  addNeighbour(socket, { link: 1, address: 'fe80::2', mac: '02:00:00:00:00:01' });
  addForwarding(socket, { link: 1, mac: '02:00:00:00:00:01', destination: '10.0.0.9' });
}

const TABLE = { family: 'inet', table: 't' } as const;
const SET = { ...TABLE, name: 's' };
const bytes = (...of: readonly number[]): Uint8Array => Uint8Array.from(of);

const EXPRESSIONS: readonly Expression[] = [
  { kind: 'payload', base: 'network', offset: 12, length: 4, destination: 8 },
  { kind: 'meta', key: 'l4proto', destination: 8 },
  { kind: 'ct', key: 'state', direction: 'none', destination: 9 },
  { kind: 'cmp', op: 'eq', source: 8, data: bytes(6) },
  { kind: 'immediate', destination: 8, data: bytes(1, 2, 3, 4) },
  { kind: 'counter', packets: 1n, bytes: 2n },
  { kind: 'lookup', set: 's', setId: 0, source: 8, inverted: true },
  { kind: 'verdict', verdict: { kind: 'jump', chain: 'c' } },
];

const CHANGES: readonly Change[] = [
  {
    kind: 'addTable',
    table: { family: 'inet', name: 't', flags: { dormant: false, owner: true, persist: false } },
  },
  {
    kind: 'addChain',
    chain: {
      ...TABLE,
      name: 'c',
      base: { type: 'filter', hook: 'forward', priority: -5, policy: 'accept', devices: [] },
    },
  },
  {
    kind: 'addSet',
    set: {
      ...SET,
      flags: ['interval', 'timeout'],
      key: { type: 7, length: 8, fields: [4, 2], byteOrder: 'network' },
      data: { kind: 'value', type: 13, length: 4, byteOrder: 'host' },
      timeoutMs: 1_000,
      gcIntervalMs: 0,
      size: 9,
      policy: 'memory',
      expressions: [{ kind: 'counter', packets: 0n, bytes: 0n }],
      comment: 'of a set',
    },
  },
  {
    kind: 'addElements',
    set: SET,
    elements: [
      { key: bytes(10, 0, 0, 1, 0, 80, 0, 0), data: bytes(0, 0, 0, 1), comment: 'one' },
      { key: bytes(0, 0, 0, 0, 0, 0, 0, 0), keyEnd: bytes(9, 9, 9, 9, 0, 0, 0, 0), timeoutMs: 9 },
      { key: bytes(), catchAll: true, data: { kind: 'goto', chain: 'c' } },
    ],
  },
  {
    kind: 'replaceRule',
    rule: { ...TABLE, chain: 'c', comment: 'of a rule', expressions: EXPRESSIONS },
    handle: 4,
  },
  { kind: 'deleteRule', rule: { ...TABLE, chain: 'c', handle: 3 } },
];

const tuple = (source: string, destination: string): FlowTuple => ({
  source,
  destination,
  sourcePort: 1_024,
  destinationPort: 80,
  icmpId: undefined,
  icmpType: undefined,
  icmpCode: undefined,
  zone: undefined,
});

const FLOWS: readonly Flow[] = [
  flowBetween('IPv4', '10.0.0.1', '10.0.0.2'),
  flowBetween('IPv6', 'fd00::1', 'fd00::2'),
];

function flowBetween(family: Flow['family'], from: string, to: string): Flow {
  return {
    id: 1,
    family,
    protocol: 6,
    original: tuple(from, to),
    reply: tuple(to, from),
    mark: 0,
    status: 0,
    timeoutSeconds: undefined,
    tcpState: undefined,
    zone: 0,
  };
}
