import type { Cluster } from '@ringfence/core';
import { type NetworkNamespace, openInetSocket, openListener } from '@ringfence/netlink';
import { existsSync, writeFileSync } from 'node:fs';
import { type Flow, OUTSIDE, serverAddressOf } from './flow.ts';
import type { Places } from './places.ts';
import type { Wire } from './wire.ts';

const EVERY_ADDRESS = { IPv4: '0.0.0.0', IPv6: '::' } as const;

/** Where a namespace says how long TCP waits at most before it tries again; since Linux 6.15. */
const LAST_RETRY = '/proc/sys/net/ipv4/tcp_rto_max_ms';

/** Makes TCP try again within a second, where the kernel can do that. */
function hurry(namespace: NetworkNamespace): void {
  namespace.enter(() => {
    if (existsSync(LAST_RETRY)) writeFileSync(LAST_RETRY, '1000');
  });
}

/** Opens the sockets of a flow, each where its end is; who takes the wire owns them. */
export function openFlow(flow: Flow, places: Places, cluster: Cluster): Wire {
  const { id, path, family, protocol, speaker, port } = flow;
  const address = serverAddressOf(flow, cluster);
  // A node has several addresses, and would answer from another one.
  const at = { address: path.to.kind === 'node' ? address : EVERY_ADDRESS[family], port };
  const [here, there] = [places.at(path.from), places.at(path.to)];
  hurry(there);
  hurry(here);
  const server =
    protocol === 'TCP'
      ? openListener(there, { family, ...at })
      : openInetSocket(there, { kind: 'datagram', family, from: at });
  const source = { address: OUTSIDE.client[family], port: 0 };
  const client = openInetSocket(here, {
    kind: protocol === 'TCP' ? 'stream' : 'datagram',
    family,
    ...(path.from.kind === 'outside' ? { from: source, foreign: true } : {}),
  });
  return {
    id,
    family,
    protocol,
    speaker,
    client,
    server,
    address,
    port,
  };
}
