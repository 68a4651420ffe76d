import { Buffer } from 'node:buffer';
import { ipBytes } from '@ringfence/netlink';
import { type Attack, type Case, defend } from './attacks.ts';
import { arp, linkOption } from './discovery.ts';
import { behind, type Ends, icmp, packet, PROTOCOL, type Segment } from './packets.ts';
import { ETHER, linkLocal, type Place, type Siege } from './siege.ts';

// A pod tells its neighbours who is where, or how to leave the link.

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const REQUEST = 1;
const REPLY = 2;
const ALL_NODES = { to: 'ff02::1', mac: '33:33:00:00:00:01' };

const arpAbout = (
  reason: string,
  address: (siege: Siege) => string,
  how: { readonly operation: number; readonly toAll: boolean; readonly passes?: readonly Case[] },
): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  families: ['IPv4'],
  passes: how.passes ?? [],
  act(siege, { to }, mark) {
    const sender = { mac: siege.mac('thief'), address: address(siege) };
    const target = how.toAll ? sender.address : to;
    const content = arp(how.operation, sender, target, mark);
    const targetMac = how.toAll ? { targetMac: BROADCAST } : {};
    siege.send('thief', 'db', content, { type: ETHER.arp, ...targetMac });
  },
});

const GATEWAY = { IPv4: '10.244.0.1', IPv6: 'fd00:10:244::1' };
const ofFriend = (siege: Siege): string => siege.address('friend', 'IPv4');
const own = (siege: Siege): string => siege.address('thief', 'IPv4');

/** An option of neighbour discovery that nobody knows. */
const optionOf = (mark: Buffer): Buffer =>
  Buffer.concat([Buffer.from([253, 2, 0, 0, 0, 0]), mark, Buffer.alloc(2)]);
interface Discovery {
  readonly from: (siege: Siege) => string;
  readonly about: (siege: Siege) => string;
  readonly type: number;
  readonly option: 1 | 2;
  readonly rest?: number;
  readonly toAll?: boolean;
  /** Puts the message behind something else. */
  readonly hidden?: (message: Segment) => Segment;
}

/** Neighbour discovery: a message about an address, from another one. */
const discovery = (
  reason: string,
  { from, about, type, option, rest = 0, toAll = false, hidden = (message) => message }: Discovery,
  expected: Partial<Attack> = {},
): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  families: ['IPv6'],
  act(siege, { to }, mark) {
    const between: Ends = { from: from(siege), to: toAll ? ALL_NODES.to : to };
    const content = [ipBytes(about(siege)), linkOption(option, siege.mac('thief')), optionOf(mark)];
    const message = icmp(between, { type, rest, payload: Buffer.concat(content) });
    const targetMac = toAll ? { targetMac: ALL_NODES.mac } : {};
    siege.send('thief', 'db', packet(between, hidden(message), { hops: 255 }), targetMac);
  },
  ...expected,
});

const OVERRIDE = 0x2000_0000;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const REDIRECT = 137;
const SOURCE = 1;
const TARGET = 2;
const address6 =
  (place: Place) =>
  (siege: Siege): string =>
    siege.address(place, 'IPv6');
const link =
  (pod: 'thief' | 'friend') =>
  (siege: Siege): string =>
    linkLocal(siege.mac(pod));
const gateway6 = (): string => GATEWAY.IPv6;
const gatewayLink = (siege: Siege): string => linkLocal(siege.gatewayMac());
const nobody = (): string => '::';
const advertised = (
  about: (siege: Siege) => string,
  from: (siege: Siege) => string,
): Discovery => ({
  from,
  about,
  type: ADVERTISEMENT,
  option: TARGET,
  rest: OVERRIDE,
});
const solicited = (from: (siege: Siege) => string): Discovery => ({
  from,
  about: address6('db'),
  type: SOLICITATION,
  option: SOURCE,
});

/** A router's word: leave by me. */
const router = (reason: string, from: (siege: Siege) => string, toAll: boolean): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  families: ['IPv6'],
  act(siege, { to }, mark) {
    const between = { from: from(siege), to: toAll ? ALL_NODES.to : to };
    const lifetimes = Buffer.alloc(8);
    const message = icmp(between, {
      type: 134,
      rest: 0x4000_0708,
      payload: Buffer.concat([lifetimes, linkOption(SOURCE, siege.mac('thief')), optionOf(mark)]),
    });
    const targetMac = toAll ? { targetMac: ALL_NODES.mac } : {};
    siege.send('thief', 'db', packet(between, message, { hops: 255 }), targetMac);
  },
});

const PADDING = Buffer.from([1, 4, 0, 0, 0, 0]);
const PASSES = { passes: ['bridge IPv6'] } as const;

defend('neighbours', [
  arpAbout('an ARP answer for a neighbour', ofFriend, { operation: REPLY, toAll: false }),
  arpAbout('an ARP answer for the gateway', () => GATEWAY.IPv4, { operation: REPLY, toAll: false }),
  arpAbout('an ARP question from a neighbour', ofFriend, { operation: REQUEST, toAll: false }),
  arpAbout('an ARP announcement of a neighbour', ofFriend, { operation: REQUEST, toAll: true }),
  arpAbout('an ARP announcement of the gateway', () => GATEWAY.IPv4, {
    operation: REPLY,
    toAll: true,
  }),
  arpAbout('an ARP question with its own address', own, {
    operation: REQUEST,
    toAll: false,
    passes: ['bridge IPv4'],
  }),
  discovery('an advertisement of a neighbour', advertised(address6('friend'), address6('thief'))),
  discovery(
    'an advertisement of a neighbour, from the link',
    advertised(address6('friend'), link('thief')),
  ),
  discovery('an advertisement of a neighbour, from nobody', advertised(address6('friend'), nobody)),
  discovery('an advertisement of a neighbour to all', {
    ...advertised(address6('friend'), address6('thief')),
    toAll: true,
  }),
  discovery('an advertisement of a neighbour, behind another header', {
    ...advertised(address6('friend'), address6('thief')),
    hidden: (message) => behind(PROTOCOL.destinationOptions, PADDING, message),
  }),
  discovery(
    "an advertisement of a neighbour's address of the link",
    advertised(link('friend'), address6('thief')),
  ),
  discovery(
    "an advertisement of the gateway's address of the link",
    advertised(gatewayLink, link('thief')),
  ),
  discovery('an advertisement of the gateway', advertised(gateway6, address6('thief'))),
  discovery('an advertisement of the gateway, from the link', advertised(gateway6, link('thief'))),
  discovery('an advertisement as a neighbour', advertised(address6('friend'), address6('friend'))),
  discovery('an advertisement of itself', advertised(address6('thief'), address6('thief')), PASSES),
  discovery(
    'an advertisement of itself, from the link',
    advertised(address6('thief'), link('thief')),
    PASSES,
  ),
  discovery('a solicitation as a neighbour', solicited(address6('friend'))),
  discovery('a solicitation as the gateway', solicited(gateway6)),
  // Nobody knows for sure which addresses of the link pods have.
  discovery('a solicitation as a neighbour on the link', solicited(link('friend')), PASSES),
  discovery('a solicitation as itself', solicited(address6('thief')), PASSES),
  discovery('a redirect', {
    ...advertised(address6('outside'), address6('thief')),
    type: REDIRECT,
  }),
  discovery('a redirect from the link', {
    ...advertised(address6('outside'), link('thief')),
    type: REDIRECT,
  }),
  router('a router advertisement', address6('thief'), false),
  router('a router advertisement from the link', link('thief'), false),
  router('a router advertisement to all', link('thief'), true),
]);
