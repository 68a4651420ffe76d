import { Buffer } from 'node:buffer';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT } from './cast.ts';
import { type Ends, packet, udp } from './packets.ts';
import { ETHER, type FrameOptions, linkLocal, twoBytes } from './siege.ts';

// A pod sends frames that are not an everyday IP packet to one neighbour.

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const query = (between: Ends, mark: Buffer): Buffer =>
  packet(between, udp(between, { from: 40_000, to: DB_PORT }, mark));

const framed = (
  reason: string,
  wrap: (content: Buffer, type: number) => readonly [Buffer, FrameOptions],
  rest: Partial<Attack> = {},
): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  act(siege, between, mark) {
    const type = between.from.includes(':') ? ETHER.ip6 : ETHER.ip4;
    siege.send('thief', 'db', ...wrap(query(between, mark), type));
  },
  ...rest,
});

const tagged =
  (type: number, tag: number) =>
  (content: Buffer, inner: number): readonly [Buffer, FrameOptions] => [
    Buffer.concat([twoBytes(tag), twoBytes(inner), content]),
    { type },
  ];

/** To many, from the own address. */
const toMany = (to: string, targetMac: string, rest: Partial<Attack> = {}): Attack => ({
  reason: `a datagram to ${to} in a frame to ${targetMac === BROADCAST ? 'all' : 'a group'}`,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  families: [to.includes(':') ? 'IPv6' : 'IPv4'],
  act(siege, { from }, mark) {
    siege.send('thief', 'db', query({ from, to }, mark), { targetMac });
  },
  ...rest,
});

/** Addresses of the link are in no policy. */
const ofTheLink = (reason: string, both: boolean): Attack => ({
  reason,
  from: 'thief',
  to: 'db',
  topologies: ['bridge'],
  families: ['IPv6'],
  act(siege, own, mark) {
    const to = linkLocal(siege.mac('db'));
    const from = both ? linkLocal(siege.mac('thief')) : own.from;
    siege.send('thief', 'db', query({ from, to }, mark));
  },
});

defend('frames', [
  framed('a VLAN', tagged(ETHER.vlan, 5)),
  framed('a tag without a VLAN, for a priority', tagged(ETHER.vlan, 0xe000)),
  framed("a provider's tag", tagged(ETHER.provider, 5)),
  framed('two tags', (content, inner) => [
    Buffer.concat([Buffer.from('000581000006', 'hex'), twoBytes(inner), content]),
    { type: ETHER.provider },
  ]),
  framed("a type that is nobody's", (content) => [content, { type: 0x88b5 }]),
  framed('a length instead of a type', (content) => [content, { type: content.length }]),
  framed('MPLS', (content) => [
    Buffer.concat([Buffer.from('00010140', 'hex'), content]),
    { type: 0x8847 },
  ]),
  framed('PPPoE', (content, inner) => [
    Buffer.concat([
      Buffer.from('11000001', 'hex'),
      twoBytes(content.length + 2),
      twoBytes(inner === ETHER.ip6 ? 0x0057 : 0x0021),
      content,
    ]),
    { type: 0x8864 },
  ]),
  framed(
    'a type that belies its content',
    (content, inner) => [content, { type: inner === ETHER.ip6 ? ETHER.ip4 : ETHER.ip6 }],
    { kernelStops: ['bridge IPv4', 'bridge IPv6'] },
  ),
  framed('a frame to all, with a packet to one', (content) => [content, { targetMac: BROADCAST }]),
  framed('a frame to a group, with a packet to one', (content) => [
    content,
    { targetMac: '01:00:5e:00:00:07' },
  ]),
  toMany('255.255.255.255', BROADCAST),
  toMany('10.244.0.255', BROADCAST),
  toMany('224.0.0.251', '01:00:5e:00:00:fb'),
  toMany('ff02::1', '33:33:00:00:00:01'),
  toMany('ff02::fb', '33:33:00:00:00:fb'),
  toMany('ff05::2', '33:33:00:00:00:02'),
  ofTheLink('from an address of the link to another one', true),
  ofTheLink('from the own address to one of the link', false),
]);
