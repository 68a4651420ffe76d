import type { Pod } from '../objects/object.ts';
import type { PolicyRef } from '../policy/policy.ts';
import type { Labels, LabelSelector } from '../selectors/label-selector.ts';
import type { SelectorIndex } from '../selectors/selector-index.ts';
import type { IpAddress } from '../sets/address.ts';
import type { AddressSet, CompiledRule, SetId } from './compiled.ts';
import type { PortNames } from './port-names.ts';
import type { RuleIndex } from './rule-index.ts';

/** A pod as the cluster holds it now. The same object for as long as the pod exists. */
export interface ClusterPod {
  readonly object: Pod;
  /** Stands for the pods that a workload has not made yet: no address, named `Deployment/web`. */
  readonly standIn: boolean;
  /** The addresses that are this pod's: not those that a newer pod has taken over. */
  readonly addresses: readonly IpAddress[];
  /** The first of them in each family. */
  readonly IPv4: IpAddress | undefined;
  readonly IPv6: IpAddress | undefined;
  /** Neither on its node's network nor finished: policies select it. */
  readonly underPolicy: boolean;
  /** What it has in common with all pods that no policy tells from it. */
  readonly class: PodClass;
}

/**
 * Pods that no policy can tell apart: exactly the same sets contain them, and they name their ports
 * alike. The same object for as long as that describes any pod; where a set comes or goes that
 * contains all of its pods or none, it stays the same class.
 */
export interface PodClass {
  /** By id, ascending; `setIds` says the same in the form that rules are held against. */
  readonly sets: readonly PodSet[];
  readonly setIds: readonly number[];
  readonly portNames: PortNames;
  /** Its pods are stand-ins: they have no address, and every address is still possible. */
  readonly standIn: boolean;
  /** INVARIANT: never empty, but in a class that has vanished. */
  readonly pods: ReadonlySet<ClusterPod>;
  /** What it has in common with all classes that the same policies apply to. */
  readonly subject: SubjectClass;
}

/**
 * Pods of which rules speak, kept up to date. Policies that say the same thing about pods share one
 * set: equal sets are one object, and membership is asked by identity.
 */
export type PodSet = SelectedPods | AddressedPods;

/** The pods that one pair of selectors selects, as subjects or as peers. */
export interface SelectedPods extends SetId {
  readonly kind: 'selected';
  readonly scope: Scope;
  readonly pods: LabelSelector;
  /** The policies whose subjects these are. */
  readonly policies: ReadonlySet<PolicyEntry>;
  /** The classes that its members make up. */
  readonly classes: ReadonlySet<PodClass>;
}

/** The pods whose address lies in some blocks of one family. */
export interface AddressedPods extends AddressSet {
  readonly kind: 'addressed';
  readonly classes: ReadonlySet<PodClass>;
}

/** The namespaces in which a set's pods live: one by name, or those that a selector selects. */
export type Scope =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'selected'; readonly namespaces: LabelSelector };

/**
 * The classes of pods that the same subjects' sets contain: the same policies apply to them. When
 * these change, another object takes its place: it goes on saying what was in force.
 */
export interface SubjectClass {
  readonly key: string;
  /** Those of their sets that policies have as subjects. */
  readonly sets: readonly SelectedPods[];
  /** In no particular order. */
  readonly policies: readonly PolicyEntry[];
  /** Made when first asked for. */
  egress: Stage | 'none' | undefined;
  ingress: Stage | 'none' | undefined;
  /** How many classes of pods belong to it. */
  members: number;
}

/** The rules of one stage that apply to one class of subjects in one direction. */
export interface Stage extends RuleIndex {
  readonly name: StageName;
  /** The NetworkPolicies that isolate the subject, by name; empty in the tiers. */
  readonly isolatedBy: readonly PolicyRef[];
  /** The stage that decides where this one does not; stages that have no say are left out. */
  readonly next: Stage | undefined;
}

export type StageName = 'Admin' | 'NetworkPolicy' | 'Baseline';

/** A policy in force, its selectors turned into sets of pods. */
export interface PolicyEntry {
  readonly ref: PolicyRef;
  readonly stage: StageName;
  /** Lower comes first inside its stage. */
  readonly priority: number;
  /** Deleted, but kept in force until its namespace's last pod is gone. */
  readonly tombstone: boolean;
  readonly subject: SelectedPods;
  readonly egress: CompiledDirection;
  readonly ingress: CompiledDirection;
}

export interface CompiledDirection {
  /** NetworkPolicies only: what no rule allows is denied. */
  readonly isolates: boolean;
  readonly rules: readonly CompiledRule[];
}

/** A namespace; it exists as soon as an object, a pod or a selector speaks of it. */
export interface NamespaceEntry {
  readonly name: string;
  labels: Labels;
  readonly pods: Map<string, PodEntry>;
  /** The sets that are scoped to this namespace by name. */
  readonly podSets: SelectorIndex<MutableSelectedPods>;
  /** The groups that it belongs to. */
  groups: ReadonlySet<NamespaceGroup>;
}

/** The namespaces that one selector selects, and the sets scoped to them. */
export interface NamespaceGroup {
  readonly selector: LabelSelector;
  readonly namespaces: Set<NamespaceEntry>;
  readonly podSets: SelectorIndex<MutableSelectedPods>;
}

export type MutablePodSet = MutableSelectedPods | MutableAddressedPods;

export interface MutableSelectedPods extends SelectedPods {
  readonly policies: Set<PolicyEntry>;
  readonly classes: Set<MutablePodClass>;
  /** How many times policies use it, as subject or as peer. */
  uses: number;
}

export interface MutableAddressedPods extends AddressedPods {
  readonly classes: Set<MutablePodClass>;
  uses: number;
}

export interface PodEntry extends ClusterPod {
  object: Pod;
  readonly namespace: NamespaceEntry;
  addresses: readonly IpAddress[];
  IPv4: IpAddress | undefined;
  IPv6: IpAddress | undefined;
  underPolicy: boolean;
  class: MutablePodClass;
}

export interface MutablePodClass extends PodClass {
  /** Equal for classes that the same sets contain, and that name their ports alike. */
  key: string;
  sets: readonly MutablePodSet[];
  setIds: readonly number[];
  readonly pods: Set<PodEntry>;
  subject: SubjectClass;
}
