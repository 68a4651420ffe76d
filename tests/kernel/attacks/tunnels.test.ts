import { Buffer } from 'node:buffer';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT, type PodName } from './cast.ts';
import { type Ends, fragmentOf, isIpv6, packet, PROTOCOL, type Segment, udp } from './packets.ts';
import { type Place, type Siege, twoBytes } from './siege.ts';

// A pod wraps what looks like a friend's packet, and sends it to a node that might unwrap it.

const BROADCAST_HEADERS = `ffffffffffff020000000001`;

/** What the node would unwrap: a friend asks a database. */
function inner(siege: Siege, family: 'IPv4' | 'IPv6', mark: Buffer): Buffer {
  const between = { from: siege.address('farFriend', family), to: siege.address('db', family) };
  return packet(between, udp(between, { from: 40_000, to: DB_PORT }, mark));
}

function frame(content: Buffer): Buffer {
  const type = twoBytes((content[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800);
  return Buffer.concat([Buffer.from(BROADCAST_HEADERS, 'hex'), type, content]);
}

const vxlan = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from('0800000000000100', 'hex'), frame(content)]);
const geneve = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from('0000655800000100', 'hex'), frame(content)]);
const gre = (content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from((content[0] ?? 0) >> 4 === 6 ? '000086dd' : '00000800', 'hex'),
    content,
  ]);

const overUdp =
  (port: number, wrap: (content: Buffer) => Buffer) =>
  (outer: Ends, content: Buffer): Segment =>
    udp(outer, { from: 50_000, to: port }, wrap(content));
const raw =
  (protocol: number, wrap: (content: Buffer) => Buffer = (content) => content) =>
  (_: Ends, content: Buffer): Segment => ({ protocol, bytes: wrap(content) });

type Tunnel = readonly [string, 'IPv4' | 'IPv6', (outer: Ends, content: Buffer) => Segment];
const TUNNELS: readonly Tunnel[] = [
  ['IPv4 in IP', 'IPv4', raw(PROTOCOL.ipip)],
  ['IPv6 in IP', 'IPv6', raw(PROTOCOL.sixInFour)],
  ['GRE', 'IPv4', raw(PROTOCOL.gre, gre)],
  ['VXLAN (4789)', 'IPv4', overUdp(4789, vxlan)],
  ['VXLAN (8472)', 'IPv4', overUdp(8472, vxlan)],
  ['Geneve (6081)', 'IPv6', overUdp(6081, geneve)],
];

const to = (place: Place, from: PodName, [name, family, segment]: Tunnel): Attack => ({
  reason: `${name} from ${from} to ${place}`,
  from,
  to: place,
  act(siege, outer, mark) {
    siege.send(from, place, packet(outer, segment(outer, inner(siege, family, mark))));
  },
});

const inPieces = (place: Place, [name, family, segment]: Tunnel): Attack => ({
  reason: `${name} to ${place}, in fragments`,
  from: 'thief',
  to: place,
  act(siege, outer, mark) {
    const whole = segment(outer, inner(siege, family, mark));
    const end = whole.bytes.length;
    const parts = [
      { id: 77, offset: 0, end: 8, more: true },
      { id: 77, offset: 8, end, more: false },
    ];
    for (const part of parts) siege.send('thief', place, fragmentOf(outer, whole, part));
  },
});

/** To addresses that are the node's and in no Node object. */
const toOther =
  (address: Readonly<Record<'IPv4' | 'IPv6', string | undefined>>) =>
  (topology: 'routed' | 'bridge', place: Place, [name, family, segment]: Tunnel): Attack => ({
    reason: `${name} to an address of ${place} that is in no object`,
    from: 'thief',
    to: place,
    topologies: [topology],
    families: (['IPv4', 'IPv6'] as const).filter((each) => address[each] !== undefined),
    act(siege, own, mark) {
      const outer = { ...own, to: address[isIpv6(own) ? 'IPv6' : 'IPv4'] ?? '' };
      const bytes = packet(outer, segment(outer, inner(siege, family, mark)));
      siege.send('thief', place, bytes);
    },
  });

const NODES = ['node-1', 'node-2'] as const;
const VETH = toOther({ IPv4: undefined, IPv6: 'fe80::ecee:eeff:feee:eeee' });
const BRIDGES = {
  'node-1': toOther({ IPv4: '10.244.0.1', IPv6: 'fd00:10:244::1' }),
  'node-2': toOther({ IPv4: '10.244.1.1', IPv6: 'fd00:10:244:1::1' }),
};

defend('tunnels', [
  ...NODES.flatMap((place) =>
    TUNNELS.flatMap((tunnel) => [
      to(place, 'thief', tunnel),
      inPieces(place, tunnel),
      BRIDGES[place]('bridge', place, tunnel),
    ]),
  ),
  ...TUNNELS.flatMap((tunnel) => [to('node-1', 'caged', tunnel), VETH('routed', 'node-1', tunnel)]),
]);
