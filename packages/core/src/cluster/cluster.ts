import type { Namespace, Node, Owner, Service, Workload } from '../objects/object.ts';
import type { NetworkPolicy, Policy, PolicyRef } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import type { Change } from './change.ts';
import type { ClusterDelta } from './cluster-delta.ts';
import type { AddressedPods, ClusterPod, PodClass, PodSet } from './model.ts';

export interface ClusterOptions {
  /**
   * Whether policy applies to a pod's traffic to its own node's addresses. The API's documentation
   * exempts only traffic from the node; see docs/semantics.md.
   */
  readonly ownNodeEgress: 'enforce' | 'allow';
}

/**
 * The objects of a cluster that bear on policy, indexed, and kept up to date change by change.
 *
 * What it answers depends only on the objects that it holds, never on the order in which they came.
 * A namespace without object counts as one that carries no labels but its name.
 */
export interface Cluster {
  readonly options: ClusterOptions;
  /** @returns what the change did to pods, classes and rules. */
  apply(change: Change): ClusterDelta;
  pod(namespace: string, name: string): ClusterPod | undefined;
  /** All pods, the stand-ins of workloads without pods among them. */
  pods(): Iterable<ClusterPod>;
  /** The classes that the pods under policy make up. */
  classes(): Iterable<PodClass>;
  /** The sets of pods of which policies speak by address: one for each list of blocks. */
  addressSets(): Iterable<AddressedPods>;
  /** The set that has a number, as long as a policy uses it. */
  setWithId(id: number): PodSet | undefined;
  /** The pod under policy that has an address. */
  podAt(address: IpAddress): ClusterPod | undefined;
  namespace(name: string): Namespace | undefined;
  /** Names of all namespaces, those without object among them. */
  namespaceNames(): readonly string[];
  podsIn(namespace: string): Iterable<ClusterPod>;
  node(name: string): Node | undefined;
  nodes(): Iterable<Node>;
  /** Names of the nodes that have an address. */
  nodeNamesAt(address: IpAddress): readonly string[];
  service(namespace: string, name: string): Service | undefined;
  services(): Iterable<Service>;
  serviceAt(address: IpAddress): Service | undefined;
  /** The pods that a Service picks; none for a Service without selector. */
  backends(service: Service): readonly ClusterPod[];
  workload(kind: string, namespace: string, name: string): Workload | undefined;
  workloads(): Iterable<Workload>;
  /** A workload's pods that have not finished, or the stand-in for them. */
  podsOf(kind: string, namespace: string, name: string): readonly ClusterPod[];
  /** The topmost owner of a pod; the pod itself where nothing owns it. */
  ownerOf(pod: ClusterPod): Owner;
  policy(ref: PolicyRef): Policy | undefined;
  policies(): Iterable<Policy>;
  /** Deleted policies that are still in force. */
  tombstones(): Iterable<NetworkPolicy>;
}
