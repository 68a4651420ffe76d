import { Buffer } from 'node:buffer';
import type { Family } from '@ringfence/core';
import {
  commit,
  ipBytes,
  linkNamed,
  openNetfilterSocket,
  openRouteSocket,
} from '@ringfence/netlink';
import { type Attack, defend } from './attacks.ts';
import { ALIVE, type PodName } from './cast.ts';
import { arp, linkOption } from './discovery.ts';
import { icmp, isIpv6, packet, udp } from './packets.ts';
import { ends, ETHER, type FrameOptions, macBytes, type Siege } from './siege.ts';

// A bridge believes that a hardware address is where it was last seen. The lab fixes places, which
// not every network plugin does: here they are loose.

const RTM_DELNEIGH = 29;
const AF_BRIDGE = 7;
const NTF_MASTER = 4;
const NDA_LLADDR = 2;

function loosen(siege: Siege, pod: PodName): void {
  const { nodeInterface = '' } = siege.pod(pod);
  const route = openRouteSocket(siege.node('node-1'));
  const header = Buffer.alloc(12);
  header[0] = AF_BRIDGE;
  header.writeInt32LE(linkNamed(route, nodeInterface)?.index ?? 0, 4);
  header[10] = NTF_MASTER;
  const attribute = Buffer.from([10, 0, NDA_LLADDR, 0, ...macBytes(siege.mac(pod)), 0, 0]);
  const body = Buffer.concat([header, attribute]);
  const errand = { operation: 'loosen', object: pod };
  route.request({ type: RTM_DELNEIGH, flags: 0, body }, errand);
  route.close();
}

/** Binds a pod's port to its hardware address, as the network plugin `bridge` does with `macspoofchk`. */
function bindHardware(siege: Siege, pod: PodName): void {
  const of = { family: 'bridge', table: 'nat', chain: 'PREROUTING' } as const;
  const { nodeInterface = '' } = siege.pod(pod);
  const socket = openNetfilterSocket(siege.node('node-1'));
  const flags = { dormant: false, owner: false, persist: false };
  const base = { type: 'filter', hook: 'prerouting', priority: -300, policy: 'accept' } as const;
  const ofFrame = { base: 'link_layer', offset: 6, length: 6, destination: 8 } as const;
  commit(socket, [
    { kind: 'addTable', table: { family: of.family, name: of.table, flags } },
    {
      kind: 'addChain',
      chain: {
        family: of.family,
        table: of.table,
        name: of.chain,
        base: { ...base, devices: [] },
      },
    },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: {
        ...of,
        comment: '',
        expressions: [
          { kind: 'meta', key: 'iifname', destination: 8 },
          { kind: 'cmp', op: 'eq', source: 8, data: Buffer.from(`${nodeInterface}\0`) },
          { kind: 'payload', ...ofFrame },
          { kind: 'cmp', op: 'neq', source: 8, data: macBytes(siege.mac(pod)) },
          { kind: 'verdict', verdict: { kind: 'drop' } },
        ],
      },
    },
  ]);
  socket.close();
}

/**
 * The thief hears it, on a bridge: hardware addresses are not bound, as only who made an interface knows
 * for sure which one it has.
 */
const HEARD = {
  from: 'thief',
  to: 'thief',
  topologies: ['bridge'],
  passes: ['bridge IPv4', 'bridge IPv6'],
} as const;

/** How pods tell each other something. */
function speech(siege: Siege, family: Family) {
  return (from: PodName, to: PodName, bytes: Buffer, how?: FrameOptions): void => {
    const between = ends(siege, from, to, family);
    siege.send(from, to, packet(between, udp(between, { from: ALIVE, to: ALIVE }, bytes)), how);
  };
}

const stolen = (
  what: string,
  targetOfThief: 'db' | 'farDb',
  prepare: (siege: Siege) => void = (siege) => loosen(siege, 'friend'),
): Attack => ({
  reason: `a neighbour's hardware address in ${what}, to get what is for it`,
  ...HEARD,
  act(siege, { from }, mark) {
    const say = speech(siege, isIpv6({ from }) ? 'IPv6' : 'IPv4');
    const nothing = siege.mark();
    prepare(siege);
    // Else what is for it goes to all.
    say('friend', 'db', nothing);
    say('thief', targetOfThief, nothing, { sourceMac: siege.mac('friend') });
    say('caged', 'friend', mark);
    // Who is there is found again.
    say('friend', 'db', nothing);
  },
});

/** A bridge sends to all ports what is for a place that it does not know. */
const flooded: Attack = {
  ...HEARD,
  reason: 'what is for a neighbour that was silent for long, to hear it',
  act(siege, { from }, mark) {
    const say = speech(siege, isIpv6({ from }) ? 'IPv6' : 'IPv4');
    loosen(siege, 'friend');
    say('caged', 'friend', mark);
    say('friend', 'db', siege.mark());
  },
};

/** What a node routes goes where its routes say, whatever pods say of themselves. */
const claimed: Attack = {
  reason: "a claim to a neighbour's address, to get what is for it",
  from: 'thief',
  to: 'thief',
  topologies: ['routed'],
  kernelStops: ['routed IPv4', 'routed IPv6'],
  act(siege, own, mark) {
    const family = isIpv6(own) ? 'IPv6' : 'IPv4';
    const of = { mac: siege.mac('thief'), address: siege.address('friend', family) };
    if (family === 'IPv4') {
      const targetMac = { targetMac: 'ff:ff:ff:ff:ff:ff', type: ETHER.arp };
      siege.send('thief', 'friend', arp(2, of, of.address, siege.mark()), targetMac);
    } else {
      const between = { from: own.from, to: 'ff02::1' };
      const content = Buffer.concat([ipBytes(of.address), linkOption(2, of.mac)]);
      const message = icmp(between, { type: 136, rest: 0x2000_0000, payload: content });
      const targetMac = { targetMac: '33:33:00:00:00:01' };
      siege.send('thief', 'friend', packet(between, message, { hops: 255 }), targetMac);
    }
    speech(siege, family)('farFriend', 'friend', mark);
  },
};

/** The same, where the bridge knows for good where everybody is. */
const fixed: Attack = {
  ...stolen('a frame to a neighbour', 'db', () => undefined),
  reason: "a neighbour's hardware address, where places are fixed",
  kernelStops: ['bridge IPv4', 'bridge IPv6'],
};

/** The same, where the network plugin binds hardware addresses. It is the last one: that stays. */
const bound: Attack = {
  ...stolen('a frame to a neighbour', 'db', (siege) => {
    loosen(siege, 'friend');
    bindHardware(siege, 'thief');
  }),
  reason: "a neighbour's hardware address, where the network plugin binds them",
  kernelStops: ['bridge IPv4', 'bridge IPv6'],
};

defend('stolen places', [
  fixed,
  stolen('a frame to a neighbour', 'db'),
  stolen('a frame to the node', 'farDb'),
  flooded,
  claimed,
  bound,
]);
