import type { ClusterPod } from '../cluster/model.ts';
import type { Owner } from '../objects/object.ts';
import type { Family } from '../sets/address.ts';
import type { Cidr } from '../sets/cidr.ts';
import type { Allowance } from './allowance.ts';
import type { PortFunction } from './port-function.ts';

/**
 * Who may reach whom, all at once: every end that policies can tell from another, and for each
 * pair of them everything that is allowed. To be read before the next change is applied.
 *
 * Pods on their node's network are nodes, and no ends of their own.
 */
export interface Reach {
  /** Workloads by namespace, kind and name; then the outside. */
  readonly ends: readonly ReachEnd[];
  /** What may be sent from one end to another in one family: nothing where one has no address in it. */
  allowed(from: ReachEnd, to: ReachEnd, family: Family): Allowance;
  /** The same for every end, in the order of `ends`: the cheapest way to ask for all. */
  allowedFrom(from: ReachEnd, family: Family): readonly Allowance[];
  /**
   * Why: what each direction decides, and by which rules; of the outside, for the lowest address of
   * the end. `undefined` where an end has no address in the family.
   */
  reasons(from: ReachEnd, to: ReachEnd, family: Family): Reasons | undefined;
}

/** Both directions of a pair. */
export interface Reasons {
  readonly egress: PortFunction;
  readonly ingress: PortFunction;
}

export type ReachEnd = PodsEnd | OutsideEnd;

/** Pods of one owner that policy cannot tell apart, or the stand-in for those to come. */
export interface PodsEnd {
  readonly kind: 'pods';
  /** Its place in `ends`. */
  readonly index: number;
  readonly namespace: string;
  /** The owner; the pod itself where it has none, or where policy tells the owner's pods apart. */
  readonly owner: Owner;
  /** INVARIANT: never empty; a stand-in is alone. */
  readonly pods: readonly ClusterPod[];
  /** In which families they have addresses; both for a stand-in. */
  readonly families: readonly Family[];
}

/**
 * A part of the address space that policies treat alike: the answer for a machine outside the
 * cluster that had one of these addresses. All parts together are all addresses.
 */
export interface OutsideEnd extends OutsidePeer {
  /** Its place in `ends`. */
  readonly index: number;
}

/** Addresses outside the cluster. */
export interface OutsidePeer {
  readonly kind: 'outside';
  /** The fewest blocks that make them up, IPv4 first, ascending. */
  readonly cidrs: readonly Cidr[];
}
