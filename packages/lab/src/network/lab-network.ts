import type { IpPrefix } from '@ringfence/netlink';
import { addPodBridge, connectBridged } from './bridged-pod.ts';
import { makeFabric } from './fabric.ts';
import { type LabNode, makeNode } from './node.ts';
import { makeOutside, type Outside } from './outside.ts';
import type { PodNetwork } from './pod-network.ts';
import { podRange } from './pod-range.ts';
import { connectRouted } from './routed-pod.ts';
import type { HostAddress } from './station.ts';

/** A node as the network needs to know it. */
export interface NodeSpec {
  readonly name: string;
  /** At most one in each family. */
  readonly addresses: readonly HostAddress[];
  /** The addresses that its pods mostly have: its pod CIDRs. */
  readonly podRanges: readonly IpPrefix[];
}

/** How pods are connected to their node. */
export type Topology = 'routed' | 'bridge';

/** A pod as the network needs to know it. */
export interface PodSpec {
  /** Names the pod among all that there ever were: its uid, or what stands for it. */
  readonly key: string;
  readonly node: string;
  readonly addresses: readonly HostAddress[];
}

/**
 * The network of a cluster on this machine: nodes, their pods and the outside, each a namespace of
 * its own. Everybody reaches everybody: nothing is enforced here. The machine's own interfaces,
 * rules and routes are not touched, and all of it is gone when it is closed or the process ends.
 */
export interface LabNetwork {
  readonly outside: Outside;
  node(name: string): LabNode | undefined;
  /** @throws when there is no such node. */
  connect(pod: PodSpec): PodNetwork;
  close(): void;
}

/** Makes the network of nodes without pods. */
export function makeLabNetwork(
  specs: readonly NodeSpec[],
  { topology }: { readonly topology: Topology },
): LabNetwork {
  const fabric = makeFabric();
  const outside = makeOutside(fabric);
  const nodes = new Map<string, LabNode>();
  const pods = new Set<PodNetwork>();

  const rangesOf = new Map(specs.map(({ name, podRanges }) => [name, podRanges.map(podRange)]));

  for (const spec of specs) {
    const node = makeNode(fabric, spec);
    nodes.set(spec.name, node);
    if (topology === 'bridge') addPodBridge(node, rangesOf.get(spec.name) ?? []);
  }
  const everyone = (
    besides: LabNode,
  ): readonly Pick<LabNode, 'learn' | 'learnRange' | 'forget'>[] => [
    outside,
    ...[...nodes.values()].filter((node) => node !== besides),
  ];
  for (const node of nodes.values()) {
    for (const other of everyone(node)) for (const own of node.addresses) other.learn(own);
    // CNIs that route do so address by address; with bridges a node's range is the node's.
    if (topology === 'bridge') {
      for (const range of rangesOf.get(node.name) ?? []) {
        const via = node.address(range.gateway.family);
        for (const other of everyone(node))
          if (via !== undefined) other.learnRange(range.network, via);
      }
    }
  }

  return {
    outside,
    node: (name) => nodes.get(name),
    connect(spec) {
      const node = nodes.get(spec.node);
      if (node === undefined) throw new Error(`there is no node ${spec.node}`);
      const pod =
        topology === 'routed'
          ? connectRouted(node, spec)
          : connectBridged(node, { ...spec, ranges: rangesOf.get(spec.node) ?? [] });
      for (const address of spec.addresses) {
        const via = node.address(address.family);
        if (via === undefined) continue;
        for (const other of everyone(node)) other.learn(address, via);
      }
      const connected: PodNetwork = {
        ...pod,
        close() {
          pods.delete(connected);
          for (const address of spec.addresses) {
            for (const other of everyone(node)) other.forget(address);
          }
          pod.close();
        },
      };
      pods.add(connected);
      return connected;
    },
    close() {
      for (const pod of pods) pod.close();
      for (const node of nodes.values()) node.close();
      outside.close();
      fabric.close();
    },
  };
}
