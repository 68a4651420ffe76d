import {
  type Cidr,
  cidrHas,
  type Cluster,
  FAMILIES,
  formatAddress,
  type IpAddress,
  type Pod,
} from '@ringfence/core';
import { CATCH_ALL_PORT } from './network/catch-all.ts';
import { type LabNetwork, makeLabNetwork } from './network/lab-network.ts';
import type { LabNetworkOptions } from './network/spec.ts';
import { createPodRunner, type Offer, type PodRunner, type RunningPod } from './pods/pod-runner.ts';
import type { ServicePortals } from './services/portal.ts';
import { createServiceProxy, type ServiceProxy } from './services/service-proxy.ts';
import { respond, type Responder } from './traffic/responder.ts';
import { respondSctp } from './traffic/sctp/sctp-responder.ts';
import { podRange } from './network/pod-range.ts';
import { nameKey } from './object-key.ts';
import { siteNodes } from './site-nodes.ts';
import { isUsable } from './usable-address.ts';

/** The network of some nodes, with what runs on it. */
export interface Site {
  readonly network: LabNetwork;
  readonly pods: Pick<PodRunner, 'find' | 'running'>;
  /** What cannot be on the network as it is said, in words. */
  problems(): readonly string[];
  /** Makes of pods what the cluster says of them; tells which ones left, or are others now. */
  run(pods: Iterable<Pick<Pod, 'namespace' | 'name'>>): readonly RunningPod[];
  /** Leads what comes to Services where it has to go now. */
  lead(portals: Iterable<ServicePortals>): void;
  close(): void;
}

export interface SiteOptions extends LabNetworkOptions {
  readonly cluster: Cluster;
  readonly serviceRanges: readonly Cidr[];
  /** Whether the pods of a node may run yet. */
  readonly runsPods: (node: string) => boolean;
  readonly offers: (running: RunningPod) => readonly Offer[];
  readonly onError: (what: string, error: Error) => void;
}

/** Makes the network of a cluster's nodes, without pods. */
export function makeSite(options: SiteOptions): Site {
  const { cluster, serviceRanges, runsPods, offers, onError } = options;
  const nodes = [...cluster.nodes()].sort((left, right) => (left.name < right.name ? -1 : 1));
  const { specs, problems } = siteNodes(nodes);
  const network = makeLabNetwork(specs, options);
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

  /** By pod: why it cannot be on the network. */
  const refused = new Map<string, string>();
  const gateways = new Set(
    specs.flatMap((spec) => spec.podRanges.map((range) => podRange(range).gateway.address)),
  );

  /** Why a pod cannot have an address; of two pods that say one, only one can be at it. */
  const objectionTo = (pod: Pod, address: IpAddress): string => {
    const text = formatAddress(address);
    if (!isUsable(address)) return `no pod can have ${text}`;
    const [node] = cluster.nodeNamesAt(address);
    if (node !== undefined) return `${text} is node \`${node}\``;
    if (options.topology === 'bridge' && gateways.has(text)) return `${text} is a node's bridge`;
    const owner = cluster.podAt(address)?.object;
    if (owner === undefined || nameKey(owner) === nameKey(pod)) return '';
    return `${text} is pod \`${nameKey(owner)}\``;
  };
  const objectionsTo = (pod: Pod): string =>
    pod.hostNetwork
      ? ''
      : (pod.addresses.map((each) => objectionTo(pod, each)).find((each) => each !== '') ?? '');

  const start = (pod: Pod): readonly RunningPod[] => {
    const key = nameKey(pod);
    refused.delete(key);
    if (!runsPods(pod.node)) return [];
    const refuse = (why: string): readonly RunningPod[] => {
      if (!pod.finished) refused.set(key, `Pod \`${key}\`: does not run: ${why}`);
      return [];
    };
    const objection = objectionsTo(pod);
    if (objection !== '') return refuse(objection);
    try {
      const running = runner.run(pod);
      return running === undefined ? [] : [running];
    } catch (error) {
      // One pod that the kernel will not have is no reason to give up all others.
      return refuse(error instanceof Error ? error.message : String(error));
    }
  };

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
    problems: () => [...problems, ...refused.values()],
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
        if (pod === undefined) refused.delete(nameKey({ namespace, name }));
        else staying.set(nameKey(pod), pod);
      }
      for (const { pod } of [...runner.running()].filter((each) => objectionsTo(each.pod) !== '')) {
        leave(pod.namespace, pod.name);
        staying.set(nameKey(pod), pod);
      }
      const came = [...staying.values()].flatMap(start);
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
