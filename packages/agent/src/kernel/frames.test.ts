import { Buffer } from 'node:buffer';
import { createSocket, type Socket } from 'node:dgram';
import {
  addBridge,
  addVxlan,
  type Change,
  commit,
  ipBytes,
  linkNamed,
  nftRules,
  openInetSocket,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installChanges } from './install-changes.ts';
import { bridgeRuleset, cannotTest, openTestKernel, type TestKernel, titled } from './testing.ts';

const LOOPBACK = 1;
const PORT = 4789;
/** By port of the bridge. */
const TUNNELS = { 'veth-web': 5, 'veth-db': 6 } as const;
const WEB_MAC = '020000000002';
const DB_MAC = '020000000003';
const EVERYONE = 'ffffffffffff';
const [WEB, DB, OTHER] = [address('10.1.0.2'), address('10.1.0.3'), address('10.1.0.9')];
const [WEB_6, DB_6, OTHER_6] = [address('fd10:1::2'), address('fd10:1::3'), address('fd10:1::9')];
const UDP = '0001000200080000';

const [IP, IP_6, ARP] = ['0800', '86dd', '0806'];
const VLAN_5 = '81000005';
const OTHER_TYPE = 'no VLAN, nothing but IP and ARP';
const FOREIGN = 'not the address of this port';
const NOT_ITS_OWN = 'tells of no address of this port';
const TO_MANY = 'no broadcast, no multicast';

/** What is behind the addresses of a frame, and the comment of the rule that drops it. */
const FRAMES: readonly (readonly [string, string, string])[] = [
  ['with the own address', `${IP}${udp(WEB)}`, 'none'],
  ['with the own address of the other family', `${IP_6}${udp6(WEB_6)}`, 'none'],
  ['that asks for an address', `${ARP}${question(WEB)}`, 'none'],
  ['with a foreign address', `${IP}${udp(OTHER)}`, FOREIGN],
  ['with a foreign address of the other family', `${IP_6}${udp6(OTHER_6)}`, FOREIGN],
  ['that asks with a foreign address', `${ARP}${question(OTHER)}`, TO_MANY],
  ['with the own address in a VLAN', `${VLAN_5}${IP}${udp(WEB)}`, OTHER_TYPE],
  ['with the own address in no VLAN, but tagged', `81000000${IP}${udp(WEB)}`, OTHER_TYPE],
  ['with the own address and a priority', `8100a000${IP}${udp(WEB)}`, OTHER_TYPE],
  ['with the other family in a VLAN', `${VLAN_5}${IP_6}${udp6(WEB_6)}`, OTHER_TYPE],
  ['that asks for an address in a VLAN', `${VLAN_5}${ARP}${question(WEB)}`, OTHER_TYPE],
  ['with a provider’s tag', `88a80005${IP}${udp(WEB)}`, OTHER_TYPE],
  ['with two tags', `88a80005${VLAN_5}${IP}${udp(WEB)}`, OTHER_TYPE],
  ['of another kind', `88b5${udp(WEB)}`, OTHER_TYPE],
  ['that says its length', `001c${udp(WEB)}`, OTHER_TYPE],
  ['that tells of its own address', `${IP_6}${advertisement(WEB_6)}`, 'none'],
  ['that tells of a foreign address', `${IP_6}${advertisement(DB_6)}`, NOT_ITS_OWN],
  [
    'that tells of a foreign address behind another header',
    `${IP_6}${advertisement(DB_6, '3a00010400000000')}`,
    NOT_ITS_OWN,
  ],
  ['that tells of an address, and ends before it', `${IP_6}${advertisement('')}`, NOT_ITS_OWN],
  ['that tells of half an address', `${IP_6}${advertisement(WEB_6.slice(0, 16))}`, NOT_ITS_OWN],
];

/** Counts what goes from one port to another. */
const WATCH: readonly Change[] = [
  {
    kind: 'addTable',
    table: {
      family: 'bridge',
      name: 'watch',
      flags: { dormant: false, owner: false, persist: false },
    },
  },
  {
    kind: 'addChain',
    chain: {
      family: 'bridge',
      table: 'watch',
      name: 'forward',
      base: { type: 'filter', hook: 'forward', priority: 0, policy: 'accept', devices: [] },
    },
  },
  {
    kind: 'addRule',
    at: { kind: 'last' },
    rule: {
      family: 'bridge',
      table: 'watch',
      chain: 'forward',
      comment: 'none',
      expressions: [{ kind: 'counter', packets: 0n, bytes: 0n }],
    },
  },
];

/**
 * A bridge with the ports of two pods, which are ends of tunnels: what is sent to a tunnel comes out
 * of its port byte by byte, tags and all. The far ends are nowhere, and what leaves by a port is lost.
 */
describe.skipIf(cannotTest() !== undefined)(titled('a frame of a pod'), () => {
  let kernel: TestKernel;
  let farEnd: Socket;

  beforeEach(async () => {
    kernel = openTestKernel();
    const route = openRouteSocket(kernel.namespace);
    setLink(route, LOOPBACK, { up: true });
    addBridge(route, { name: 'cni0', up: true });
    const master = linkNamed(route, 'cni0')?.index ?? 0;
    for (const [name, vni] of Object.entries(TUNNELS)) {
      addVxlan(route, { name, up: true, master, learning: false, vni, port: PORT });
    }
    route.close();
    for (const changes of installChanges(bridgeRuleset(), { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    commit(kernel.socket, WATCH);
    farEnd = createSocket('udp4');
    const from = { address: '127.0.0.1', port: 0 };
    const fd = openInetSocket(kernel.namespace, { kind: 'datagram', family: 'IPv4', from });
    await new Promise<void>((resolve) => farEnd.bind({ fd }, resolve));
  });
  afterEach(() => {
    farEnd.close();
    kernel.close();
  });

  function send(frame: string): void {
    const header = Buffer.from([0x08, 0, 0, 0, 0, 0, TUNNELS['veth-web'], 0]);
    farEnd.send(Buffer.concat([header, Buffer.from(frame, 'hex')]), PORT, '127.0.0.1');
  }

  /** The comments of the rules that have counted something. */
  function counted(): readonly string[] {
    return nftRules(kernel.socket).flatMap(({ comment, expressions }) =>
      expressions.some((step) => step.kind === 'counter' && step.packets > 0n) ? [comment] : [],
    );
  }

  test.each(FRAMES)('%s', async (_, content, dropping) => {
    const to = content.includes(`${ARP}0001`) ? EVERYONE : DB_MAC;
    send(`${to}${WEB_MAC}${content}`);
    await expect.poll(counted, { interval: 2 }).toEqual([dropping]);
  });
});

function address(text: string): string {
  return Buffer.from(ipBytes(text)).toString('hex');
}

/** A datagram without content. The kernel drops IPv4 headers whose checksum is wrong. */
function udp(source: string): string {
  const [start, end] = ['4500001c0000000040110000', `${source}${DB}`];
  const words = `${start}${end}`.match(/.{4}/gu) ?? [];
  const sum = words.reduce((total, word) => total + Number.parseInt(word, 16), 0);
  const folded = (sum & 0xffff) + (sum >>> 16);
  const checksum = (~folded & 0xffff).toString(16).padStart(4, '0');
  return `${start.slice(0, -4)}${checksum}${end}${UDP}`;
}

function udp6(source: string): string {
  return `6000000000081140${source}${DB_6}${UDP}`;
}

/** Who is at an address, in IPv6: with headers before it that begin with what comes next. */
function advertisement(target: string, headers = ''): string {
  const content = `${headers}8800000060000000${target}`;
  const [length, next] = [content.length / 2, headers === '' ? 0x3a : 0x3c];
  const start = Buffer.from([0x60, 0, 0, 0, 0, length, next, 255]).toString('hex');
  return `${start}${WEB_6}${DB_6}${content}`;
}

/** Who has an address, in ARP. */
function question(source: string): string {
  return `0001080006040001${WEB_MAC}${source}000000000000${DB}`;
}
