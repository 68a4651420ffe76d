import {
  type Cluster,
  type ClusterPod,
  type ContainerPort,
  type Endpoint,
  parseAddress,
} from '@ringfence/core';

/** Who takes part in the truth table: the pods of one owner, or the world outside. */
export interface Party {
  /** `shop/api`, `outside`. */
  readonly name: string;
  /** INVARIANT: never empty. */
  readonly endpoints: readonly Endpoint[];
  /** What its containers declare, by number. */
  readonly ports: readonly ContainerPort[];
}

/** An address of the block that documents give to nobody: it stands for everyone outside. */
const OUTSIDE_ADDRESS = '203.0.113.7';

/** What the outside is asked on. */
const OUTSIDE_PORT: ContainerPort = { name: 'https', protocol: 'TCP', port: 443 };

/** The outside, then all owners of pods by namespace and name. Finished pods are nobody. */
export function partiesOf(cluster: Cluster): readonly Party[] {
  const owners = new Map<string, ClusterPod[]>();
  for (const pod of cluster.pods()) {
    if (pod.object.finished) continue;
    const name = `${pod.object.namespace}/${cluster.ownerOf(pod).name}`;
    const pods = owners.get(name);
    if (pods === undefined) owners.set(name, [pod]);
    else pods.push(pod);
  }
  const names = [...owners.keys()].sort();
  return [outside(), ...names.map((name) => partyOf(name, owners.get(name) ?? []))];
}

function outside(): Party {
  const address = parseAddress(OUTSIDE_ADDRESS);
  if (address.kind === 'failed') throw new Error(address.error);
  return {
    name: 'outside',
    endpoints: [{ kind: 'address', address: address.value.address }],
    ports: [OUTSIDE_PORT],
  };
}

function partyOf(name: string, pods: readonly ClusterPod[]): Party {
  const ports = new Map<string, ContainerPort>();
  for (const { object } of pods) {
    for (const port of object.ports) ports.set(`${port.port}/${port.protocol}`, port);
  }
  return {
    name,
    endpoints: pods.map(({ object }) => ({
      kind: 'pod',
      namespace: object.namespace,
      name: object.name,
    })),
    ports: [...ports.values()].sort((left, right) => left.port - right.port),
  };
}
