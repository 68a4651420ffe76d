import type { Node, Pod, Protocol } from '../objects/object.ts';
import type { Action, Direction, IpBlock, PolicyRef, Ports } from '../policy/policy.ts';
import type { Labels, LabelSelector } from '../selectors/label-selector.ts';
import type { SelectorIndex } from '../selectors/selector-index.ts';
import type { Family, IpAddress } from '../sets/address.ts';

/** A pod as the cluster holds it now. The same object for as long as the pod exists. */
export interface ClusterPod {
  readonly object: Pod;
  /** Stands for the pods that a workload has not made yet: no address, named `Deployment/web`. */
  readonly standIn: boolean;
  /** The addresses that are this pod's: not those that a newer pod has taken over. */
  readonly addresses: readonly IpAddress[];
  /** What rules see of it as a peer: in each family, and while its address is open. */
  readonly facts: Readonly<Record<Family | 'open', PeerFacts>>;
  /** Neither on its node's network nor finished: policies select it. */
  readonly underPolicy: boolean;
  /** The sets of pods that policies speak of and that it is a member of. */
  readonly sets: readonly PodSet[];
  /** What it has in common with all pods that the same policies apply to. */
  readonly subject: SubjectClass;
}

/**
 * The pods that one pair of selectors selects, kept up to date.
 *
 * Policies that say the same thing about pods, as subject or as peer, share one set: equal sets are
 * one object, and membership is asked by identity.
 */
export interface PodSet {
  /** Distinguishes sets of one cluster; never used again. */
  readonly id: number;
  readonly scope: Scope;
  readonly pods: LabelSelector;
  readonly members: ReadonlySet<ClusterPod>;
  /** The policies whose subjects these are. */
  readonly policies: ReadonlySet<PolicyEntry>;
  /** The classes of subjects that its policies apply to. */
  readonly classes: ReadonlySet<SubjectClass>;
}

/** The namespaces in which a set's pods live: one by name, or those that a selector selects. */
export type Scope =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'selected'; readonly namespaces: LabelSelector };

/** The pods that exactly the same subjects' sets contain, so that the same policies apply to them. */
export interface SubjectClass {
  readonly key: string;
  readonly sets: readonly MutablePodSet[];
  /** Made when first asked for. */
  egress: DirectionProfile | undefined;
  ingress: DirectionProfile | undefined;
  /** How many pods are of this class. */
  pods: number;
}

/** All rules that apply to one class of subjects in one direction, in the order of decision. */
export interface DirectionProfile {
  readonly admin: RuleIndex;
  /** The NetworkPolicies that isolate the subject, by name; empty: not isolated. */
  readonly isolatedBy: readonly PolicyRef[];
  readonly rules: RuleIndex;
  readonly baseline: RuleIndex;
}

/** A policy in force, its selectors turned into sets of pods. */
export interface PolicyEntry {
  readonly ref: PolicyRef;
  readonly stage: 'Admin' | 'NetworkPolicy' | 'Baseline';
  /** Lower comes first inside its stage. */
  readonly priority: number;
  /** Deleted, but kept in force until its namespace's last pod is gone. */
  readonly tombstone: boolean;
  readonly subject: PodSet;
  readonly egress: CompiledDirection;
  readonly ingress: CompiledDirection;
}

export interface CompiledDirection {
  /** NetworkPolicies only: what no rule allows is denied. */
  readonly isolates: boolean;
  readonly rules: readonly CompiledRule[];
}

/** A rule whose selectors have become sets of pods. */
export interface CompiledRule {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  /** Position in the policy's list. */
  readonly position: number;
  readonly action: Action;
  /** INVARIANT: never empty; a rule without peers has the one peer `anyone`. */
  readonly peers: readonly CompiledPeer[];
  readonly ports: Ports;
}

export type CompiledPeer =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'pods'; readonly set: PodSet }
  | { readonly kind: 'ipBlocks'; readonly blocks: readonly IpBlock[] }
  | { readonly kind: 'nodes'; readonly nodes: LabelSelector }
  /** Never matches. What a rule does because of it is settled when the rule is compiled. */
  | { readonly kind: 'nobody' };

/**
 * The rules of one stage that bear on one class of subjects in one direction, in the order of
 * their precedence.
 */
export interface RuleIndex {
  readonly peers: readonly RankedPeer[];
  /** The first that matches, or `undefined`. Blocks do not match an end without address. */
  first(other: PeerFacts, traffic: Traffic): RankedPeer | undefined;
  /** Every one that matches, in order. Looks at each: for explanations. */
  all(other: PeerFacts, traffic: Traffic): readonly RankedPeer[];
  /** Those that would match an end without address if its address lay in their blocks. */
  possible(traffic: Traffic): readonly RankedPeer[];
}

/** One peer of one rule. Its place in the list is its rank: the lowest rank that matches decides. */
export interface RankedPeer {
  readonly rank: number;
  readonly rule: CompiledRule;
  /** Position in the rule's peers, -1 for `anyone`. */
  readonly peerPosition: number;
  readonly peer: CompiledPeer;
}

/** The traffic that a rule's ports are held against. */
export interface Traffic {
  readonly protocol: Protocol | 'other';
  /** Destination port, 1..65535; 0 for `other`. */
  readonly port: number;
  /** The pod whose container ports names stand for; none for a destination that resolves no names. */
  readonly destination: Pick<ClusterPod, 'object'> | undefined;
}

/** What is known of the other end when rules are held against it. */
export interface PeerFacts {
  /** Ids of the sets that it is a member of, ascending; none for what is no pod under policy. */
  readonly sets: readonly number[];
  /** `undefined` where it has no address yet: blocks then may or may not match. */
  readonly address: IpAddress | undefined;
  /** The nodes whose address it has; empty for pods. */
  readonly nodes: readonly Node[];
}

/** A namespace; it exists as soon as an object, a pod or a selector speaks of it. */
export interface NamespaceEntry {
  readonly name: string;
  labels: Labels;
  readonly pods: Map<string, PodEntry>;
  /** The sets that are scoped to this namespace by name. */
  readonly podSets: SelectorIndex<MutablePodSet>;
  /** The groups that it belongs to. */
  groups: ReadonlySet<NamespaceGroup>;
}

/** The namespaces that one selector selects, and the sets scoped to them. */
export interface NamespaceGroup {
  readonly selector: LabelSelector;
  readonly namespaces: Set<NamespaceEntry>;
  readonly podSets: SelectorIndex<MutablePodSet>;
}

export interface MutablePodSet extends PodSet {
  readonly members: Set<PodEntry>;
  readonly policies: Set<PolicyEntry>;
  readonly classes: Set<SubjectClass>;
  /** How many policies use it, as subject or as peer. */
  uses: number;
}

export interface PodEntry extends ClusterPod {
  object: Pod;
  readonly namespace: NamespaceEntry;
  addresses: readonly IpAddress[];
  facts: Readonly<Record<Family | 'open', PeerFacts>>;
  underPolicy: boolean;
  /** By id, ascending; `setIds` says the same in the form that rules are held against. */
  readonly sets: MutablePodSet[];
  readonly setIds: number[];
  subject: SubjectClass;
}
