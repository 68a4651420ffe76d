import { Buffer } from 'node:buffer';
import { ipBytes, linkNamed, openRouteSocket } from '@ringfence/netlink';
import { type Attack, defend } from './attacks.ts';
import { ALIVE, type PodName } from './cast.ts';
import { arp, linkOption } from './discovery.ts';
import { icmp, isIpv6, packet, udp } from './packets.ts';
import { ends, ETHER, macBytes, type Siege } from './siege.ts';

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

const stolen = (
  what: string,
  targetOfThief: 'db' | 'farDb',
  { loose }: { readonly loose: boolean } = { loose: true },
): Attack => ({
  reason: `a neighbour's hardware address in ${what}, to get what is for it`,
  from: 'thief',
  to: 'thief',
  topologies: ['bridge'],
  // Hardware addresses are not bound: who wants that fixes them on the bridge, as the lab does.
  passes: ['bridge IPv4', 'bridge IPv6'],
  act(siege, own, mark) {
    const family = isIpv6(own) ? 'IPv6' : 'IPv4';
    const told = (from: PodName, to: PodName, bytes: Buffer): Buffer => {
      const between = ends(siege, from, to, family);
      return packet(between, udp(between, { from: ALIVE, to: ALIVE }, bytes));
    };
    const nothing = siege.mark();
    if (loose) loosen(siege, 'friend');
    const sourceMac = siege.mac('friend');
    siege.send('thief', targetOfThief, told('thief', targetOfThief, nothing), { sourceMac });
    siege.send('caged', 'friend', told('caged', 'friend', mark));
    // Who is there speaks, and is found again.
    siege.send('friend', 'db', told('friend', 'db', nothing));
  },
});

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
    const between = ends(siege, 'farFriend', 'friend', family);
    const told = udp(between, { from: ALIVE, to: ALIVE }, mark);
    siege.send('farFriend', 'friend', packet(between, told));
  },
};

/** The same, where the bridge knows for good where everybody is. */
const fixed: Attack = {
  ...stolen('a frame to a neighbour', 'db', { loose: false }),
  reason: "a neighbour's hardware address, where places are fixed",
  kernelStops: ['bridge IPv4', 'bridge IPv6'],
};

defend('stolen places', [
  fixed,
  stolen('a frame to a neighbour', 'db'),
  stolen('a frame to the node', 'farDb'),
  claimed,
]);
