import type { Family } from '@ringfence/core';
import { type Attack, type Case, defend, EVERYWHERE } from './attacks.ts';
import { DB_PORT, NODE_PORT, objectName, type PodName } from './cast.ts';
import { addressOf, type Topology } from './lab.ts';
import { FLAG, isIpv6, packet, tcp, udp } from './packets.ts';
import type { FrameOptions, Place, Siege } from './siege.ts';

// A pod goes to addresses that are no pod's, or another one's by another name.

type Address = string | ((siege: Siege, family: Family) => string);

interface Way {
  readonly from?: PodName;
  readonly to: Place;
  readonly at: Partial<Readonly<Record<Family, Address>>>;
  readonly port?: number;
  readonly how?: FrameOptions;
  readonly topologies?: readonly Topology[];
  readonly kernelStops?: readonly Case[];
  readonly passes?: readonly Case[];
}

/** A datagram to an address by which something may be reached. */
const to = (
  reason: string,
  { from = 'caged', to: place, at, port = DB_PORT, how, ...rest }: Way,
): Attack => ({
  reason: `${reason}, from ${from}`,
  from,
  to: place,
  families: (['IPv4', 'IPv6'] as const).filter((family) => at[family] !== undefined),
  ...rest,
  act(siege, own, mark) {
    const family = isIpv6(own) ? 'IPv6' : 'IPv4';
    const address = at[family] ?? '';
    const target = typeof address === 'string' ? address : address(siege, family);
    const between = { from: own.from, to: target };
    const ports = { from: 41_000, to: port };
    // What is for nobody beside it goes to the node.
    const gateway = { targetMac: siege.gatewayMac() };
    siege.send(from, place, packet(between, udp(between, ports, mark)), { ...gateway, ...how });
  },
});

const both = (address: Address): Way['at'] => ({ IPv4: address, IPv6: address });
const ofPlace = (place: Place): Way['at'] => both((siege, family) => siege.address(place, family));
const ofService = (name: string): Way['at'] =>
  both((siege, family) => {
    const { namespace } = objectName('db');
    return addressOf(siege.lab.cluster.service(namespace, name)?.clusterIPs ?? [], family);
  });
const toAll: FrameOptions = { targetMac: 'ff:ff:ff:ff:ff:ff' };

/** A connection to one of the node's own services, such as its kubelet. */
const connection = (place: 'node-1' | 'node-2'): Attack => ({
  reason: `a connection to ${place}, from caged`,
  from: 'caged',
  to: place,
  act(siege, between, mark) {
    const segment = tcp(between, { from: 41_001, to: 10_250 }, { flags: FLAG.syn, payload: mark });
    siege.send('caged', place, packet(between, segment));
  },
});

/** Packets of a pod to itself go where policy has no say. */
const SELF: readonly Attack[] = [
  to('itself, by way of the node', { to: 'caged', at: ofPlace('caged'), passes: EVERYWHERE }),
  to('itself, through its Service', { to: 'caged', at: ofService('own'), passes: EVERYWHERE }),
];

defend('addresses', [
  to('the own node', { to: 'node-1', at: ofPlace('node-1') }),
  to('another node', { to: 'node-2', at: ofPlace('node-2') }),
  connection('node-1'),
  connection('node-2'),
  to("the node's bridge", {
    to: 'node-1',
    at: { IPv4: '10.244.0.1', IPv6: 'fd00:10:244::1' },
    topologies: ['bridge'],
  }),
  to("another node's bridge", {
    to: 'node-2',
    at: { IPv4: '10.244.1.1', IPv6: 'fd00:10:244:1::1' },
    topologies: ['bridge'],
  }),
  to("the node's address of the link", {
    to: 'node-1',
    at: { IPv6: 'fe80::ecee:eeff:feee:eeee' },
    topologies: ['routed'],
  }),
  to("a cloud's metadata", {
    to: 'outside',
    at: { IPv4: '169.254.169.254', IPv6: 'fd00:ec2::254' },
  }),
  to('the outside', { to: 'outside', at: ofPlace('outside') }),
  to('an IPv4 address in IPv6', { to: 'outside', at: { IPv6: '::ffff:203.0.113.130' } }),
  to('an IPv4 address in IPv6, long forgotten', { to: 'outside', at: { IPv6: '::203.0.113.130' } }),
  to('an IPv4 pod by translation', { to: 'outside', at: { IPv6: '64:ff9b::10.244.0.3' } }),
  to('all nodes of the link', {
    to: 'node-1',
    at: { IPv4: '224.0.0.1', IPv6: 'ff02::1' },
    how: { targetMac: '33:33:00:00:00:01' },
  }),
  to('everybody', { to: 'node-1', at: { IPv4: '255.255.255.255' }, how: toAll }),
  to("everybody of the node's range", {
    to: 'node-1',
    at: { IPv4: '10.244.0.255' },
    how: toAll,
    topologies: ['bridge'],
  }),
  to('the loopback', {
    to: 'node-1',
    at: { IPv4: '127.0.0.1', IPv6: '::1' },
    kernelStops: EVERYWHERE,
  }),
  to('no address', { to: 'node-1', at: { IPv4: '0.0.0.0', IPv6: '::' }, kernelStops: EVERYWHERE }),
  ...(['thief', 'caged'] as const).flatMap((from) => [
    to('a Service of what denies', { from, to: 'db', at: ofService('db') }),
    to("a Service's port of the own node", {
      from,
      to: 'db',
      at: ofPlace('node-1'),
      port: NODE_PORT,
    }),
    to("a Service's port of another node", {
      from,
      to: 'db',
      at: ofPlace('node-2'),
      port: NODE_PORT,
    }),
  ]),
  ...SELF,
]);
