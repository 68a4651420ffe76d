import type { Node, Pod } from '../objects/object.ts';
import type { IpAddress } from '../sets/address.ts';

/** The nodes, and which addresses are theirs. */
export interface Hosts {
  upsert(node: Node): void;
  remove(name: string): void;
  /** A pod on its node's network speaks with its node's address. */
  addHostPod(pod: Pod): void;
  removeHostPod(pod: Pod): void;
  find(name: string): Node | undefined;
  all(): Iterable<Node>;
  /** Names of the nodes that have this address; a node may be known by its pods only. */
  namesAt(address: IpAddress): readonly string[];
}

/** Makes an empty collection. */
export function createHosts(): Hosts {
  const nodes = new Map<string, Node>();
  /** For each address, how many objects say that it is a node's. */
  const sayings = new Map<number | bigint, Map<string, number>>();

  const say = (name: string, addresses: readonly IpAddress[], count: 1 | -1): void => {
    for (const { value } of addresses) {
      const names = sayings.get(value) ?? new Map<string, number>();
      const total = (names.get(name) ?? 0) + count;
      if (total === 0) names.delete(name);
      else names.set(name, total);
      if (names.size === 0) sayings.delete(value);
      else sayings.set(value, names);
    }
  };
  const remove = (name: string): void => {
    const before = nodes.get(name);
    if (before !== undefined) say(name, before.addresses, -1);
    nodes.delete(name);
  };

  return {
    upsert(node) {
      remove(node.name);
      nodes.set(node.name, node);
      say(node.name, node.addresses, 1);
    },
    remove,
    addHostPod(pod) {
      say(pod.node, pod.addresses, 1);
    },
    removeHostPod(pod) {
      say(pod.node, pod.addresses, -1);
    },
    find: (name) => nodes.get(name),
    all: () => nodes.values(),
    namesAt: ({ value }) => [...(sayings.get(value)?.keys() ?? [])].sort(),
  };
}
