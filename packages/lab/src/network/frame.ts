import type { IpFamily } from '@ringfence/netlink';
import { addPodBridge, connectBridged } from './bridged-pod.ts';
import { makeFabric, type Plugged } from './fabric.ts';
import type { NamespaceNames } from './namespace-names.ts';
import { type LabNode, makeNode } from './node.ts';
import { makeOutside, type Outside } from './outside.ts';
import type { BarePod } from './pod-network.ts';
import { podRange, type PodRange } from './pod-range.ts';
import { podWays, type PodWay, type PodWays } from './pod-ways.ts';
import { connectRouted } from './routed-pod.ts';
import type { LabNetworkOptions, NodeSpec, PodSpec } from './spec.ts';
import { addHostRoute, addRangeRoute } from './station.ts';
import { makeTunnels } from './tunnels.ts';

/** A network before it has pods. */
export interface Frame {
  readonly outside: Outside;
  readonly nodes: ReadonlyMap<string, LabNode>;
  readonly names: NamespaceNames;
  readonly waysTo: PodWays;
  /** Connects a pod with its node, and nobody else. */
  attach(node: LabNode, pod: Pick<PodSpec, 'key' | 'addresses'>): BarePod;
  close(): void;
}

/** Makes nodes that know each other, and how each other's pods are found. */
export function makeFrame(
  specs: readonly NodeSpec[],
  { topology, encapsulation = 'none' }: LabNetworkOptions,
  names: NamespaceNames,
): Frame {
  const fabric = makeFabric();
  const outside = makeOutside(fabric, names);
  const nodes = new Map(specs.map((spec) => [spec.name, makeNode(fabric, names, spec)]));
  const every = [...nodes.values()];
  introduce(every, [outside, ...every]);
  const tunnels = encapsulation === 'vxlan' ? makeTunnels(every) : undefined;
  const mtu = tunnels?.mtu;
  const waysTo = podWays({ nodes: every, outside, tunnels });
  const rangesOf = new Map(specs.map(({ name, podRanges }) => [name, podRanges.map(podRange)]));
  if (topology === 'bridge') {
    for (const node of every) {
      const ranges = rangesOf.get(node.name) ?? [];
      addPodBridge(node, { ranges, mtu });
      // CNIs that route do so address by address; with bridges a node's range is the node's.
      introduceRanges(ranges, (family) => waysTo(node, family));
    }
  }
  return {
    outside,
    nodes,
    names,
    waysTo,
    attach: (node, { key, addresses }) =>
      topology === 'routed'
        ? connectRouted(node, { key, addresses, mtu })
        : connectBridged(node, { key, addresses, mtu, ranges: rangesOf.get(node.name) ?? [] }),
    close() {
      for (const node of every) node.close();
      outside.close();
      fabric.close();
    },
  };
}

/** Tells everyone where the nodes themselves are. */
function introduce(nodes: readonly LabNode[], everyone: readonly Plugged[]): void {
  for (const node of nodes) {
    for (const other of everyone) {
      if (other === node) continue;
      for (const own of node.addresses) addHostRoute(other.station, own, { link: other.uplink });
    }
  }
}

/** Tells who finds a node's pods where its ranges are. */
function introduceRanges(
  ranges: readonly PodRange[],
  waysTo: (family: IpFamily) => readonly PodWay[],
): void {
  for (const { network, gateway } of ranges) {
    for (const { station, way } of waysTo(gateway.family)) addRangeRoute(station, network, way);
  }
}
