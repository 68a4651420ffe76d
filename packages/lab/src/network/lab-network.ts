import { type Frame, makeFrame } from './frame.ts';
import { makeNamespaceNames } from './namespace-names.ts';
import type { LabNode } from './node.ts';
import type { Outside } from './outside.ts';
import { type HostNetwork, hostNetwork, type PodNetwork } from './pod-network.ts';
import type { LabNetworkOptions, NodeSpec, PodSpec } from './spec.ts';
import { addHostRoute, deleteHostRoute } from './station.ts';

export type * from './spec.ts';

/**
 * The network of a cluster on this machine: nodes, their pods and the outside, each a namespace of
 * its own. Everybody reaches everybody: nothing is enforced here. The machine's own interfaces,
 * rules and routes are not touched, and all of it is gone when it is closed or the process ends; the
 * names of namespaces only when it is closed, or by `forgetNames`.
 */
export interface LabNetwork {
  readonly outside: Outside;
  node(name: string): LabNode | undefined;
  /** @throws {Error} when there is no such node, or its name is taken (`EEXIST`). */
  connect(pod: PodSpec): PodNetwork;
  /** Where pods of a node live that are on its own network. @throws when there is no such node. */
  hostNetwork(node: string): HostNetwork;
  close(): void;
}

/**
 * Makes the network of nodes without pods.
 *
 * @throws {Error} when tunnels have no family that all nodes have an address in, or a name is taken
 *   (`EEXIST`): by another lab, or by one that was killed.
 */
export function makeLabNetwork(specs: readonly NodeSpec[], options: LabNetworkOptions): LabNetwork {
  const names = makeNamespaceNames(options.names);
  try {
    return withPods(makeFrame(specs, options, names));
  } catch (error) {
    // All else goes when the process ends.
    names.takeAll();
    throw error;
  }
}

function withPods(frame: Frame): LabNetwork {
  const pods = new Set<PodNetwork>();
  const nodeNamed = (name: string): LabNode => {
    const node = frame.nodes.get(name);
    if (node === undefined) throw new Error(`there is no node ${name}`);
    return node;
  };
  return {
    outside: frame.outside,
    node: (name) => frame.nodes.get(name),
    hostNetwork: (name) => hostNetwork(nodeNamed(name)),
    connect(spec) {
      const pod = connectPod(frame, nodeNamed(spec.node), spec);
      const connected: PodNetwork = {
        ...pod,
        close() {
          pods.delete(connected);
          pod.close();
        },
      };
      pods.add(connected);
      return connected;
    },
    close() {
      // The kernel takes all that is left down together; link by link it would take far longer.
      frame.names.takeAll();
      for (const { station } of pods) station.close();
      pods.clear();
      frame.close();
    },
  };
}

function connectPod(
  { attach, names, waysTo }: Frame,
  node: LabNode,
  { key, addresses, called }: PodSpec,
): PodNetwork {
  const pod = attach(node, { key, addresses });
  const { station, nodeInterface } = pod;
  const undo: (() => void)[] = [pod.close];
  const close = (): void => {
    for (const each of undo.splice(0).reverse()) each();
  };
  try {
    const netns = called && names.give(station.namespace, { kind: 'pod', ...called });
    undo.push(() => names.take(netns));
    for (const address of addresses) {
      for (const other of waysTo(node, address.family)) {
        addHostRoute(other.station, address, other.way);
        undo.push(() => deleteHostRoute(other.station, address));
      }
    }
    return { station, nodeInterface, netns, close };
  } catch (error) {
    close();
    throw error;
  }
}
