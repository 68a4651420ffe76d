import { type Attack, defend } from './attacks.ts';
import { DB_PORT } from './cast.ts';
import { isIpv6, packet, udp } from './packets.ts';
import { linkLocal, type Place } from './siege.ts';

// A pod sends with addresses that are not its own: those whom a database admits, and others.

const PORTS = { from: 40_000, to: DB_PORT };

const somebodys = (
  who: Place,
  to: 'db' | 'farDb',
  kernelStops: Attack['kernelStops'] = [],
): Attack => ({
  reason: `the address of ${who} as source, to ${to}`,
  from: 'thief',
  to,
  kernelStops,
  act(siege, own, mark) {
    const between = { ...own, from: siege.address(who, isIpv6(own) ? 'IPv6' : 'IPv4') };
    siege.send('thief', to, packet(between, udp(between, PORTS, mark)));
  },
});

const nobodys = (what: string, from: string, kernelStops: Attack['kernelStops'] = []): Attack => ({
  reason: `${what} as source`,
  from: 'thief',
  to: 'db',
  families: [isIpv6({ from }) ? 'IPv6' : 'IPv4'],
  kernelStops,
  act(siege, { to }, mark) {
    const between = { from, to };
    siege.send('thief', 'db', packet(between, udp(between, PORTS, mark)));
  },
});

/** From link to link, to what the node itself has there. */
const onTheLink: Attack = {
  reason: "the own address of the link as source, to the node's",
  from: 'thief',
  to: 'node-1',
  families: ['IPv6'],
  act(siege, _, mark) {
    const between = { from: linkLocal(siege.mac('thief')), to: linkLocal(siege.gatewayMac()) };
    siege.send('thief', 'node-1', packet(between, udp(between, PORTS, mark)));
  },
};

defend('spoofed sources', [
  onTheLink,
  ...(['db', 'farDb'] as const).flatMap((to) =>
    (['friend', 'farFriend', 'caged', 'outside'] as const).map((who) => somebodys(who, to)),
  ),
  // A node does not route what says that it is from the node itself.
  somebodys('node-1', 'db', ['routed IPv4']),
  somebodys('node-1', 'farDb', ['routed IPv4', 'bridge IPv4']),
  somebodys('node-2', 'db'),
  somebodys('node-2', 'farDb', ['routed IPv4', 'bridge IPv4']),
  somebodys('db', 'db'),
  nobodys('no address', '0.0.0.0', ['routed IPv4']),
  nobodys('no address', '::', ['routed IPv6']),
  nobodys('an address of the link', '169.254.7.7'),
  nobodys('an address of the link', 'fe80::7', ['routed IPv6']),
  nobodys('everybody', '255.255.255.255', ['routed IPv4']),
  nobodys('a group', '224.0.0.7', ['routed IPv4']),
  nobodys('a group', 'ff02::7', ['routed IPv6']),
  nobodys('the loopback', '127.0.0.1', ['routed IPv4']),
  nobodys('the loopback', '::1', ['routed IPv6']),
  nobodys('an IPv4 address in IPv6', '::ffff:10.244.0.4'),
]);
