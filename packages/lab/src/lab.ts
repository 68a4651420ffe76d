import {
  type Change,
  type Cidr,
  firstAddress,
  formatAddress,
  type IpAddress,
  type Node,
  type Pod,
} from '@ringfence/core';
import {
  type LabNetwork,
  makeLabNetwork,
  type NodeSpec,
  type Topology,
} from './network/lab-network.ts';
import { type AddressPool, createAddressPool } from './pods/address-pool.ts';
import { createPodRunner, type RunningPod } from './pods/pod-runner.ts';

/** The pods of a cluster, running on the nodes of this machine's lab. */
export interface Lab {
  readonly network: LabNetwork;
  /** What happens to pods happens to what runs; other objects are nothing to the lab yet. */
  apply(change: Change): void;
  pods(): Iterable<RunningPod>;
  close(): void;
}

export interface LabOptions {
  readonly topology: Topology;
  /** Is told what goes wrong with a pod that runs. */
  readonly onError: (pod: Pod, error: Error) => void;
}

/**
 * Makes a lab of nodes without pods. A pod that says its addresses has them; others get one in each
 * family of their node's ranges, and keep it as long as they are the same pod.
 */
export function createLab(nodes: readonly Node[], { topology, onError }: LabOptions): Lab {
  const network = makeLabNetwork(nodes.map(specOf), { topology });
  const runner = createPodRunner(network, onError);
  const pools = new Map(
    nodes.map(({ name, podRanges }) => [name, podRanges.map(createAddressPool)]),
  );
  /** By pod: what it has, given or its own. */
  const held = new Map<
    string,
    { readonly uid: string; readonly addresses: readonly IpAddress[] }
  >();

  const everyPool = (): readonly AddressPool[] => [...pools.values()].flat();

  const release = (key: string): void => {
    for (const address of held.get(key)?.addresses ?? []) {
      for (const pool of everyPool()) pool.release(address);
    }
    held.delete(key);
  };

  const addressesOf = (pod: Pod): readonly IpAddress[] => {
    const key = keyOf(pod);
    const before = held.get(key);
    const own = pod.addresses;
    if (before?.uid === pod.uid && own.length === 0) return before.addresses;
    release(key);
    const addresses =
      own.length > 0 ? own : (pools.get(pod.node) ?? []).flatMap((pool) => pool.take() ?? []);
    for (const address of addresses) for (const pool of everyPool()) pool.reserve(address);
    held.set(key, { uid: pod.uid, addresses });
    return addresses;
  };

  const end = (namespace: string, name: string): void => {
    runner.end(namespace, name);
    release(keyOf({ namespace, name }));
  };

  return {
    network,
    apply(change) {
      if (change.kind === 'delete' && change.ref.kind === 'Pod') {
        end(change.ref.namespace, change.ref.name);
      }
      if (change.kind !== 'upsert' || change.object.kind !== 'Pod') return;
      const pod = change.object;
      if (pod.finished || pod.hostNetwork) end(pod.namespace, pod.name);
      else runner.run(pod, addressesOf(pod));
    },
    pods: () => runner.running(),
    close() {
      runner.close();
      network.close();
    },
  };
}

/** A node has at most one address in a family here: the first that it names. */
function specOf({ name, addresses, podRanges }: Node): NodeSpec {
  const families = new Set<string>();
  const first = addresses.filter(({ family }) => {
    if (families.has(family)) return false;
    families.add(family);
    return true;
  });
  return {
    name,
    addresses: first.map((address) => ({
      family: address.family,
      address: formatAddress(address),
    })),
    podRanges: podRanges.map((range: Cidr) => ({
      address: formatAddress(firstAddress(range)),
      prefix: range.length,
    })),
  };
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
