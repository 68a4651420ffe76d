import { Buffer } from 'node:buffer';
import {
  type Change,
  commit,
  type Expression,
  type Flow,
  flows,
  flushFlows,
  type Hook,
  ipBytes,
  type IpFamily,
  NFT_REG32_00,
  nftRules,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { type LabNetwork, makeLabNetwork } from '../../network/lab-network.ts';
import type { HostAddress, Station } from '../../network/station.ts';
import type { Outcome } from '../outcome.ts';
import type { SctpEnds } from './ends.ts';
import { IPPROTO_SCTP } from './packet.ts';
import { attemptSctp, type SctpAttempt } from './sctp-attempt.ts';
import { respondSctp } from './sctp-responder.ts';

/** Two nodes, on the first one a client, on the second one two more pods; and who answers there. */
export interface SctpLab {
  readonly network: LabNetwork;
  readonly client: Station;
  readonly server: Station;
  /** A pod in which nobody knows SCTP. */
  readonly bare: Station;
  readonly addresses: Readonly<Record<'client' | 'server' | 'bare' | 'node', string>>;
  /** What responders complained of. */
  readonly errors: readonly Error[];
  /** Answers until the lab is tidied up. */
  respond(station: Station, port: number | 'every', name: string): { close(): void };
  /** Adds a rule to the client's node. */
  addRule(at: RulePlace, ...expressions: readonly Expression[]): void;
  /** How many packets met the counters of the client's node. */
  counted(): number;
  /** The SCTP flows that the client's node knows. */
  flows(): readonly Flow[];
  /** Takes rules and flows away. */
  passAll(): void;
  /** Takes rules, flows and responders away. */
  tidy(): void;
  close(): void;
}

/** Where packets meet a rule, and whether it may translate them. */
interface RulePlace {
  readonly hook: Hook;
  readonly type: 'filter' | 'nat';
}

/** The port on which pods answer. */
export const PORT = 9_999;

/** Where packets pass that a node passes on. */
export const PASSING: RulePlace = { hook: 'forward', type: 'filter' };

/** Drops the packet. */
export const DROP: Expression = { kind: 'verdict', verdict: { kind: 'drop' } };

/** Goes on with the rule if the packet is one of SCTP. */
export const IS_SCTP: readonly Expression[] = [
  { kind: 'meta', key: 'l4proto', destination: NFT_REG32_00 },
  { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: Uint8Array.of(IPPROTO_SCTP) },
];

/** Goes on with the rule if these bytes are so many bytes behind the beginning of the SCTP header. */
export function hasBytes(offset: number, ...bytes: readonly number[]): readonly Expression[] {
  const destination = NFT_REG32_00;
  return [
    { kind: 'payload', base: 'transport', offset, length: bytes.length, destination },
    { kind: 'cmp', op: 'eq', source: destination, data: Uint8Array.from(bytes) },
  ];
}

/** A port as packets have it. */
export function portBytes(port: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(port);
  return bytes;
}

/** What a host says of a packet that came to a port on which nobody listens. */
export function refusalNotice(
  family: IpFamily,
  { local, localPort, peer, peerPort, tag }: SctpEnds & { readonly tag: number },
): Uint8Array {
  const v4 = family === 'IPv4';
  const size = v4 ? 20 : 40;
  const notice = Buffer.alloc(8 + size + 8);
  notice.set(v4 ? [3, 3] : [1, 4]);
  const packet = notice.subarray(8);
  packet.set(v4 ? [0x45] : [0x60]);
  packet.set([IPPROTO_SCTP], v4 ? 9 : 6);
  packet.set([...ipBytes(local), ...ipBytes(peer)], v4 ? 12 : 8);
  packet.set([...portBytes(localPort), ...portBytes(peerPort)], size);
  packet.writeUInt32BE(tag, size + 4);
  // The kernel does it for IPv6.
  if (v4) notice.writeUInt16BE(internetChecksum(notice), 2);
  return notice;
}

function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  return ~((sum & 0xffff) + (sum >> 16)) & 0xffff;
}

/** An outcome in a word or two, without the time that it took. */
export function said(outcome: Outcome): string {
  if (outcome.kind === 'answered') return `answer of ${outcome.answer}`;
  return outcome.kind === 'broken' ? `broken: ${outcome.code}` : outcome.kind;
}

const TABLE = { family: 'inet', name: 'test' } as const;
const NAT_PRIORITY: Partial<Record<Hook, number>> = { prerouting: -100, postrouting: 100 };

/** Makes the lab; whoever makes one closes it. */
export function openSctpLab(family: IpFamily): SctpLab {
  const network = makeLabNetwork(['node-1', 'node-2'].map(nodeNamed), { topology: 'routed' });
  const connect = (name: string, node: string, host: number): Station =>
    network.connect({ key: name, node, addresses: [podAddress(family, host)] }).station;
  const node = network.node('node-1');
  if (node === undefined) throw new Error('there is no node');
  const netfilter = openNetfilterSocket(node.station.namespace);
  const errors: Error[] = [];
  const responders: { close(): void }[] = [];
  const passAll = (): void => {
    commit(netfilter, [addTable, { kind: 'deleteTable', table: TABLE }]);
    flushFlows(netfilter);
  };
  const tidy = (): void => {
    for (const responder of responders.splice(0)) responder.close();
    passAll();
  };
  return {
    network,
    client: connect('client', 'node-1', 1),
    server: connect('server', 'node-2', 2),
    bare: connect('bare', 'node-2', 3),
    addresses: {
      client: podAddress(family, 1).address,
      server: podAddress(family, 2).address,
      bare: podAddress(family, 3).address,
      node: node.address(family) ?? '',
    },
    errors,
    respond({ namespace }, port, name) {
      const asked = { port, family, name };
      const responder = respondSctp(namespace, asked, (error) => errors.push(error));
      responders.push(responder);
      return responder;
    },
    addRule: (at, ...expressions) => commit(netfilter, ruleChanges(at, expressions)),
    counted: () =>
      nftRules(netfilter, TABLE)
        .flatMap(({ expressions }) => expressions)
        .reduce((sum, each) => (each.kind === 'counter' ? sum + Number(each.packets) : sum), 0),
    flows: () => flows(netfilter, { family }).filter(({ protocol }) => protocol === IPPROTO_SCTP),
    passAll,
    tidy,
    close() {
      tidy();
      netfilter.close();
      network.close();
    },
  };
}

/** Asks the server's port out of a station, unless told otherwise. */
export function asker(
  family: IpFamily,
  destination: string,
): (
  station: Station,
  other?: Partial<SctpAttempt> & { readonly timeoutMs?: number },
) => Promise<Outcome> {
  return ({ namespace }, { timeoutMs = 2_000, ...other } = {}) =>
    attemptSctp(namespace, { family, destination, port: PORT, ...other }, { timeoutMs });
}

const addTable: Change = {
  kind: 'addTable',
  table: { ...TABLE, flags: { dormant: false, owner: false, persist: false } },
};

function ruleChanges(
  { hook, type }: RulePlace,
  expressions: readonly Expression[],
): readonly Change[] {
  const name = `${type}-${hook}`;
  const priority = type === 'nat' ? (NAT_PRIORITY[hook] ?? 0) : 0;
  const base = { type, hook, priority, devices: [], policy: 'accept' } as const;
  const rule = { ...TABLE, table: TABLE.name, chain: name, comment: '', expressions };
  return [
    addTable,
    { kind: 'addChain', chain: { family: TABLE.family, table: TABLE.name, name, base } },
    { kind: 'addRule', rule, at: { kind: 'last' } },
  ];
}

function nodeNamed(name: string, index: number): Parameters<typeof makeLabNetwork>[0][number] {
  return {
    name,
    addresses: [
      { family: 'IPv4', address: `192.168.0.1${index}` },
      { family: 'IPv6', address: `2001:db8:192::1${index}` },
    ],
    podRanges: [],
  };
}

function podAddress(family: IpFamily, host: number): HostAddress {
  return { family, address: family === 'IPv4' ? `10.1.0.${host}` : `2001:db8:1::${host}` };
}
