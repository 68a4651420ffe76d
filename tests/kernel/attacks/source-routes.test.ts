import { Buffer } from 'node:buffer';
import { ipBytes, type NetworkNamespace } from '@ringfence/netlink';
import { setSysctls } from '@ringfence/lab';
import { type Attack, defend } from './attacks.ts';
import { DB_PORT } from './cast.ts';
import { type Ends, packet, udp } from './packets.ts';
import { ends, type Place } from './siege.ts';

// A pod tells nodes which way its packets are to go.

const RECORD = 7;
const TIMESTAMP = 68;
const LOOSE = 131;
const STRICT = 137;
const ROUTER_ALERT = 148;

/** An option of IPv4 with an address in it, filled up to a multiple of four bytes. */
function option(kind: number, address: string): Buffer {
  return Buffer.concat([Buffer.from([kind, 7, 4]), ipBytes(address), Buffer.from([0])]);
}

/** What a kernel does by itself; most distributions switch it off. */
function heedRoutes(node: NetworkNamespace): void {
  setSysctls(node, { 'ipv4/conf/all/accept_source_route': '1' });
}

const query = (between: Ends, mark: Buffer, options: Buffer, from: number = 42_000): Buffer =>
  packet(between, udp(between, { from, to: DB_PORT }, mark), { options });

let port = 23_000;

const withOption = (what: string, options: Buffer): Attack => ({
  reason: `a query with ${what}`,
  from: 'thief',
  to: 'db',
  families: ['IPv4'],
  act(siege, between, mark) {
    siege.send('thief', 'db', query(between, mark, options));
  },
});

/** Says that it goes to a place, and from there to a database. */
const by = (
  what: string,
  kind: number,
  via: Place,
  to: 'db' | 'farDb',
  rest: { readonly told?: boolean; readonly kernelStops?: Attack['kernelStops'] } = {},
): Attack => ({
  reason: `a ${what} route by ${via} to ${to}${rest.told === true ? ', as a part of what it may say there' : ''}`,
  from: 'thief',
  to,
  families: ['IPv4'],
  kernelStops: rest.kernelStops ?? [],
  async act(siege, between, mark) {
    port += 1;
    for (const node of ['node-1', 'node-2'] as const) heedRoutes(siege.node(node));
    const first = ends(siege, 'thief', via, 'IPv4');
    if (rest.told === true) {
      const said = siege.mark();
      const ports = { from: port, to: DB_PORT };
      siege.send('thief', via, packet(first, udp(first, ports, said)));
      await siege.arrival(via, said);
    }
    siege.send('thief', via, query(first, mark, option(kind, between.to), port));
  },
});

defend('source routes', [
  withOption('a record of its route', option(RECORD, '0.0.0.0')),
  withOption('a timestamp', Buffer.from([TIMESTAMP, 8, 5, 0, 0, 0, 0, 0])),
  withOption('a call for routers', Buffer.from([ROUTER_ALERT, 4, 0, 0])),
  ...(['db', 'farDb'] as const).flatMap((to) =>
    (['node-1', 'node-2'] as const).flatMap((via) => {
      // The next hop of a strict route has to be next to the node.
      const beside = via === 'node-1' && to === 'db';
      const stops = beside ? {} : { kernelStops: ['routed IPv4', 'bridge IPv4'] as const };
      return [
        by('loose', LOOSE, via, to),
        by('loose', LOOSE, via, to, { told: true }),
        by('strict', STRICT, via, to, stops),
        by('strict', STRICT, via, to, { told: true, ...stops }),
      ];
    }),
  ),
]);
