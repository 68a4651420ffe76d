import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import {
  cidrOf,
  type Family,
  type IpAddress,
  type KubernetesObject,
  type ObjectRef,
  type Service,
  type ServicePort,
} from '@ringfence/core';
import { type NetworkNamespace, openInetSocket, openListener } from '@ringfence/netlink';
import type { LabNetwork } from '../network/lab-network.ts';
import { address, serviceNamed } from '../testing.ts';
import { createServiceIndex } from './service-index.ts';
import { createServiceProxy, type ServiceProxyOptions } from './service-proxy.ts';

/** A TCP port of a Service that leads to port 8080. */
export function portNumbered(port: number, rest: Partial<ServicePort> = {}): ServicePort {
  return { name: '', protocol: 'TCP', port, targetPort: 8080, nodePort: 0, ...rest };
}

/** A Service of namespace `shop` for the pods `app: web`, on port 80 of no address yet. */
export function dualService(name: string, rest: Partial<Service> = {}): Service {
  return serviceNamed(name, { dualStack: true, ...rest });
}

/** The cluster address number so-and-so in a family, out of `SERVICE_RANGES`. */
export function clusterAddress(number: number, family: Family): string {
  return family === 'IPv4' ? `10.96.0.${number}` : `2001:db8:96::${number}`;
}

/** That one in both families. */
export function clusterAddresses(number: number): readonly IpAddress[] {
  return [address(clusterAddress(number, 'IPv4')), address(clusterAddress(number, 'IPv6'))];
}

const SERVICE_RANGES = [cidrOf(address('10.96.0.0'), 16), cidrOf(address('2001:db8:96::'), 112)];

/** Services on the nodes of a network, put together as whoever composes a lab does it. */
export interface TestServices {
  upsert(...objects: readonly KubernetesObject[]): void;
  remove(ref: Pick<ObjectRef, 'kind' | 'name'>): void;
  close(): void;
}

/** Leads to Services on nodes of a network. */
export function serviceLab(
  network: LabNetwork,
  names: readonly string[],
  options: ServiceProxyOptions = {},
): TestServices {
  const index = createServiceIndex();
  const nodes = names.flatMap((name) => network.node(name) ?? []);
  const proxies = nodes.map((node) =>
    createServiceProxy(node, { serviceRanges: SERVICE_RANGES, ...options }),
  );
  const addresses = nodes.flatMap((node) => node.addresses.map((each) => address(each.address)));
  const podRanges = [cidrOf(address('10.1.0.0'), 21), cidrOf(address('2001:db8:1::'), 117)];
  const podAddresses = [address('10.1.9.1'), address('2001:db8:1::901')];
  for (const proxy of proxies) proxy.setCluster({ podRanges, podAddresses, nodes: addresses });
  return {
    upsert(...objects) {
      for (const object of objects) {
        const changed = index.apply({ kind: 'upsert', object });
        for (const proxy of proxies) proxy.applyAll(changed);
      }
    },
    remove({ kind, name }) {
      const changed = index.apply({ kind: 'delete', ref: { kind, name, namespace: 'shop' } });
      for (const proxy of proxies) proxy.applyAll(changed);
    },
    close() {
      for (const proxy of proxies) proxy.close();
    },
  };
}

/** Answers on a port, over TCP and UDP in both families, with a name and the client's address. */
export function tellClients(
  namespace: NetworkNamespace,
  { name, port }: { readonly name: string; readonly port: number },
): { close(): void } {
  const open = (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const every = family === 'IPv4' ? '0.0.0.0' : '::';
    const server = createServer((client) => {
      client.on('error', () => client.destroy());
      client.end(`${name} ${client.remoteAddress ?? ''}`);
    });
    server.listen({ fd: openListener(namespace, { family, address: every, port }) });
    const from = { address: every, port };
    const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
    socket.on('message', (_, { address: client, port: back }) =>
      socket.send(`${name} ${client}`, back, client),
    );
    const fd = openInetSocket(namespace, { kind: 'datagram', family, from });
    socket.bind({ fd, exclusive: true });
    return [server, socket];
  });
  return {
    close() {
      for (const each of open) each.close();
    },
  };
}

/** Asks again and again from one UDP port, so that the kernel takes it for one flow. */
export function talkOverUdp(
  namespace: NetworkNamespace,
  { family, to, port }: { readonly family: Family; readonly to: string; readonly port: number },
): { ask(): Promise<string>; close(): void } {
  const fd = openInetSocket(namespace, { kind: 'datagram', family });
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  socket.bind({ fd, exclusive: true });
  return {
    async ask() {
      const answered = once(socket, 'message', { signal: AbortSignal.timeout(3_000) });
      socket.send('?', port, to);
      const [answer] = await answered;
      return String(answer);
    },
    close: () => void socket.close(),
  };
}
