import {
  type Cidr,
  cidrHas,
  type Cluster,
  FAMILIES,
  firstAddress,
  formatAddress,
  type IpAddress,
  type Node,
  type Pod,
} from '@ringfence/core';
import { CATCH_ALL_PORT } from './network/catch-all.ts';
import { type LabNetwork, makeLabNetwork, type NodeSpec } from './network/lab-network.ts';
import type { LabNetworkOptions } from './network/spec.ts';
import { createPodRunner, type Offer, type PodRunner, type RunningPod } from './pods/pod-runner.ts';
import type { ServicePortals } from './services/portal.ts';
import { createServiceProxy, type ServiceProxy } from './services/service-proxy.ts';
import { respond, type Responder } from './traffic/responder.ts';
import { respondSctp } from './traffic/sctp/sctp-responder.ts';
import { nameKey } from './object-key.ts';

/** The network of some nodes, with what runs on it. */
export interface Site {
  readonly network: LabNetwork;
  readonly pods: Pick<PodRunner, 'find' | 'running'>;
  /** Makes of pods what the cluster says of them; tells which ones left, or are others now. */
  run(pods: Iterable<Pick<Pod, 'namespace' | 'name'>>): readonly RunningPod[];
  /** Leads what comes to Services where it has to go now. */
  lead(portals: Iterable<ServicePortals>): void;
  close(): void;
}

export interface SiteOptions extends LabNetworkOptions {
  readonly cluster: Cluster;
  readonly serviceRanges: readonly Cidr[];
  readonly offers: (running: RunningPod) => readonly Offer[];
  readonly onError: (what: string, error: Error) => void;
}

/** Makes the network of a cluster's nodes, without pods. */
export function makeSite(options: SiteOptions): Site {
  const { cluster, serviceRanges, offers, onError } = options;
  const nodes = [...cluster.nodes()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const network = makeLabNetwork(nodes.map(specOf), options);
  const proxies = nodes.flatMap(({ name }): readonly ServiceProxy[] => {
    const node = network.node(name);
    return node === undefined ? [] : [createServiceProxy(node, { serviceRanges })];
  });
  const outside = answerOutside(network, (error) => onError('the outside', error));
  const runner = createPodRunner(network, {
    offers,
    onError: ({ namespace, name }, error) => onError(`pod ${namespace}/${name}`, error),
  });
  const podRanges = nodes.flatMap((node) => node.podRanges);
  const isStray = (address: IpAddress): boolean =>
    !podRanges.some((range) => cidrHas(range, address));

  /** Of two pods that say one address, only one can be at it. */
  const isOusted = ({ pod, addresses }: Pick<RunningPod, 'pod' | 'addresses'>): boolean =>
    !pod.hostNetwork &&
    addresses.some((address) => {
      const owner = cluster.podAt(address)?.object;
      return owner !== undefined && nameKey(owner) !== nameKey(pod);
    });

  /** Addresses out of every range are told one by one. */
  const tellAddresses = (): void => {
    const podAddresses = [...runner.running()].flatMap((each) => each.addresses.filter(isStray));
    const addresses = { podRanges, podAddresses, nodes: nodes.flatMap((node) => node.addresses) };
    for (const proxy of proxies) proxy.setCluster(addresses);
  };
  tellAddresses();

  return {
    network,
    pods: runner,
    run(pods) {
      const left: RunningPod[] = [];
      const staying = new Map<string, Pod>();
      const leave = (namespace: string, name: string): void => {
        const before = runner.end(namespace, name);
        if (before === undefined) return;
        left.push(before);
        // Somebody else may have waited for the address.
        for (const { object } of before.addresses.flatMap((each) => cluster.podAt(each) ?? [])) {
          staying.set(nameKey(object), object);
        }
      };
      for (const { namespace, name } of pods) {
        const pod = cluster.pod(namespace, name)?.object;
        // All leave before anybody comes: an address may change hands.
        if (pod === undefined || !runner.keeps(pod)) leave(namespace, name);
        if (pod !== undefined) staying.set(nameKey(pod), pod);
      }
      for (const holder of [...runner.running()].filter(isOusted)) {
        leave(holder.pod.namespace, holder.pod.name);
      }
      const came = [...staying.values()].flatMap((pod) =>
        isOusted({ pod, addresses: pod.addresses }) ? [] : (runner.run(pod) ?? []),
      );
      if ([...left, ...came].some(({ addresses }) => addresses.some(isStray))) tellAddresses();
      return left;
    },
    lead(portals) {
      const services = [...portals];
      for (const proxy of proxies) proxy.applyAll(services);
    },
    close() {
      for (const responder of outside) responder.close();
      runner.close();
      for (const proxy of proxies) proxy.close();
      network.close();
    },
  };
}

/** Whoever is outside answers on every port. */
function answerOutside(
  { outside: { station } }: LabNetwork,
  onError: (error: Error) => void,
): readonly Responder[] {
  const { namespace } = station;
  const name = 'outside';
  return FAMILIES.flatMap((family) => [
    respond(namespace, { protocol: 'TCP', port: CATCH_ALL_PORT, family, name }, onError),
    respond(namespace, { protocol: 'UDP', port: CATCH_ALL_PORT, family, name }, onError),
    respondSctp(namespace, { port: 'every', family, name }, onError),
  ]);
}

function specOf({ name, addresses, podRanges }: Node): NodeSpec {
  return {
    name,
    addresses: addresses.map((address) => ({
      family: address.family,
      address: formatAddress(address),
    })),
    podRanges: podRanges.map((range) => ({
      address: formatAddress(firstAddress(range)),
      prefix: range.length,
    })),
  };
}
