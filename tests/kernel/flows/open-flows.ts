import type { Cluster } from '@ringfence/core';
import { type NetworkNamespace, openInetSocket, openListener } from '@ringfence/netlink';
import { existsSync, writeFileSync } from 'node:fs';
import { clientAddressOf, type Flow, OUTSIDE, serverAddressOf } from './flow.ts';
import type { Places } from './places.ts';
import type { ProbeWire, Wire } from './wire.ts';

const EVERY_ADDRESS = { IPv4: '0.0.0.0', IPv6: '::' } as const;

/** Where a namespace says how long TCP waits at most before it tries again; since Linux 6.15. */
const LAST_RETRY = '/proc/sys/net/ipv4/tcp_rto_max_ms';
/** And how often it does so before it gives up. */
const RETRIES = '/proc/sys/net/ipv4/tcp_retries2';

/** Makes TCP try again within a second, where the kernel can do that. */
function hurry(namespace: NetworkNamespace): void {
  namespace.enter(() => {
    if (existsSync(LAST_RETRY)) writeFileSync(LAST_RETRY, '1000');
    // A connection may be denied for as long as a busy machine needs to say otherwise.
    writeFileSync(RETRIES, '200');
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

/** Says how first packets of a flow are sent, and where they arrive. */
export function probeOf(flow: Flow, places: Places, cluster: Cluster): ProbeWire {
  const { id, path, family, protocol, port } = flow;
  return {
    id,
    family,
    protocol,
    port,
    from: places.at(path.from).fd,
    to: places.at(path.to).fd,
    source: clientAddressOf(flow, cluster),
    destination: serverAddressOf(flow, cluster),
  };
}
