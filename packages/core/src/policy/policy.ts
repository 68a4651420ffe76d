import type { Issue } from '../issue.ts';
import type { Protocol } from '../objects/object.ts';
import type { LabelSelector } from '../selectors/label-selector.ts';
import type { Cidr } from '../sets/cidr.ts';

export type Direction = 'egress' | 'ingress';

export type Tier = 'Admin' | 'Baseline';

/** Pass leaves the tier undecided: NetworkPolicy, then Baseline, then the default decide. */
export type Action = 'Accept' | 'Deny' | 'Pass';

export type Policy = NetworkPolicy | TierPolicy | UndecodablePolicy;

export type TierPolicyKind =
  | 'ClusterNetworkPolicy'
  | 'AdminNetworkPolicy'
  | 'BaselineAdminNetworkPolicy';

export type PolicyKind = 'NetworkPolicy' | TierPolicyKind;

export interface PolicyRef {
  readonly kind: PolicyKind;
  /** Empty for the kinds of the tiers. */
  readonly namespace: string;
  readonly name: string;
}

/** Points at what decided: a rule, and inside it the peer and the port that matched. */
export interface RuleRef {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  /** Position in `spec.ingress` or `spec.egress`. */
  readonly rule: number;
  /** Position in `from` or `to`; -1 where the rule has no peers (anyone). */
  readonly peer: number;
  /** Position in `ports` or `protocols`; -1 where the rule has no ports (any). */
  readonly port: number;
}

/** A networking.k8s.io/v1 NetworkPolicy, with every default and ambiguity resolved. */
export interface NetworkPolicy {
  readonly kind: 'NetworkPolicy';
  readonly namespace: string;
  readonly name: string;
  /** 0 where the manifest does not say. */
  readonly generation: number;
  readonly subject: LabelSelector;
  readonly egress: DirectionRules;
  readonly ingress: DirectionRules;
}

/**
 * What a policy says about one direction.
 *
 * The manifest writes this with look-alike spellings (`ingress` absent, `[]`, `[{}]`) read
 * together with `policyTypes`. Decoding resolves them once; nothing after it may ask again.
 */
export type DirectionRules =
  | { readonly kind: 'notIsolated' }
  | { readonly kind: 'isolated'; readonly rules: readonly Rule[] };

export interface Rule {
  readonly peers: Peers;
  readonly ports: Ports;
}

/** INVARIANT: the list of `peers` is never empty; a rule without peers means `anyone`. */
export type Peers =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'peers'; readonly peers: readonly Peer[] };

export type Peer =
  | { readonly kind: 'pods'; readonly namespaces: NamespaceScope; readonly pods: LabelSelector }
  /** An address in any of the blocks (one `ipBlock`, or the CIDRs of a tier's `networks`). */
  | { readonly kind: 'ipBlocks'; readonly blocks: readonly IpBlock[] }
  /** The addresses of nodes (tiers only). */
  | { readonly kind: 'nodes'; readonly nodes: LabelSelector }
  /** A peer that we cannot evaluate (domain names, a newer API's field). The rule fails closed. */
  | { readonly kind: 'unknown'; readonly field: string };

/** Inside `cidr` and inside none of `except`. */
export interface IpBlock {
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
}

/** `own` is the policy's own namespace; an empty selector is every namespace. */
export type NamespaceScope =
  | { readonly kind: 'own' }
  | { readonly kind: 'matching'; readonly namespaces: LabelSelector };

/** INVARIANT: the list of `ports` is never empty. `any` includes protocols that have no ports. */
export type Ports =
  | { readonly kind: 'any' }
  | { readonly kind: 'ports'; readonly ports: readonly PortMatch[] };

export type PortMatch =
  /** `from`..`to`, both inclusive, 1..65535. */
  | {
      readonly kind: 'range';
      readonly protocol: Protocol;
      readonly from: number;
      readonly to: number;
    }
  /** A container port of the destination pod; `any` protocol is the tiers' reading. */
  | { readonly kind: 'named'; readonly protocol: Protocol | 'any'; readonly name: string };

/** ClusterNetworkPolicy, and the two older kinds that it replaces, in one shape. */
export interface TierPolicy {
  readonly kind: TierPolicyKind;
  readonly namespace: '';
  readonly name: string;
  readonly generation: number;
  readonly tier: Tier;
  /** Lower comes first. 0..1000; a BaselineAdminNetworkPolicy comes after them all, at 1001. */
  readonly priority: number;
  readonly subject: PodsInNamespaces;
  readonly egress: readonly TierRule[];
  readonly ingress: readonly TierRule[];
}

export interface PodsInNamespaces {
  readonly namespaces: LabelSelector;
  readonly pods: LabelSelector;
}

export interface TierRule extends Rule {
  /** Empty where the rule has no name. */
  readonly name: string;
  readonly action: Action;
}

/**
 * A stored policy that could not be read: a bug, or a newer API. It isolates what it selects, in
 * both directions, and allows nothing.
 */
export interface UndecodablePolicy {
  readonly kind: 'undecodable';
  readonly policyKind: PolicyKind;
  readonly namespace: string;
  readonly name: string;
  /** Everything that it could select, where its own selector cannot be read. */
  readonly subject: PodsInNamespaces;
  readonly issues: readonly Issue[];
}
