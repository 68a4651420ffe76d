import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { addresses, links, openRouteSocket, routes, rules } from '@ringfence/netlink';
import { expect, test } from 'vitest';
import { makeLabNetwork } from './lab-network.ts';
import { missing, titled } from '../testing.ts';
import { EVERY_KIND } from './testing.ts';

/** Everything about this machine's own network that a lab could change by mistake. */
function ownNetwork(): unknown {
  const socket = openRouteSocket();
  try {
    return {
      links: links(socket),
      addresses: addresses(socket),
      routes: routes(socket),
      rules: rules(socket),
      settings: settingsIn('/proc/sys/net'),
    };
  } finally {
    socket.close();
  }
}

/** Counters and the like go by themselves. */
const MOVING = /\/(?:nf_conntrack_count|random|.*_last_.*)$/;

function settingsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const file = path.join(folder, name);
    if (MOVING.test(file)) return [];
    try {
      return [`${file}=${readFileSync(file, 'utf8').trim()}`];
    } catch {
      // A folder, or a setting that can only be written.
      return [];
    }
  });
}

test.skipIf(missing !== undefined).each(EVERY_KIND)(
  titled("this machine's own network is not touched, $topology, $encapsulation"),
  (kind) => {
    const before = ownNetwork();
    const network = makeLabNetwork(
      [
        {
          name: 'node-1',
          addresses: [{ family: 'IPv4', address: '192.168.0.11' }],
          podRanges: [{ address: '10.1.1.0', prefix: 24 }],
        },
      ],
      kind,
    );
    network.connect({
      key: 'shop/web',
      node: 'node-1',
      addresses: [{ family: 'IPv4', address: '10.1.1.5' }],
    });
    const during = ownNetwork();
    network.close();
    expect(during).toEqual(before);
    expect(ownNetwork()).toEqual(before);
  },
);
