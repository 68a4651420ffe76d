import type { IpPrefix } from '@ringfence/netlink';
import type { NamingPlace } from './namespace-names.ts';
import type { HostAddress } from './station.ts';

/** A node as the network needs to know it. */
export interface NodeSpec {
  readonly name: string;
  /** The first one in each family is that by which others reach its pods. */
  readonly addresses: readonly HostAddress[];
  /** The addresses that its pods mostly have: its pod CIDRs. */
  readonly podRanges: readonly IpPrefix[];
}

/** How pods are connected to their node. */
export type Topology = 'routed' | 'bridge';

/** What packets between the pods of two nodes travel in. */
export type Encapsulation = 'none' | 'vxlan';

/** How a network is made. */
export interface LabNetworkOptions {
  readonly topology: Topology;
  /** `none` when absent. */
  readonly encapsulation?: Encapsulation;
  /** Where network namespaces have names; absent: nowhere. */
  readonly names?: NamingPlace | undefined;
}

/** A pod as the network needs to know it. */
export interface PodSpec {
  /** Names the pod among all that there ever were: its uid, or what stands for it. */
  readonly key: string;
  readonly node: string;
  readonly addresses: readonly HostAddress[];
  /** What it is called; absent: its network namespace has no name. */
  readonly called?: { readonly namespace: string; readonly name: string };
}
