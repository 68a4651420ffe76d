import type { Node, Protocol } from '../objects/object.ts';
import type { Action, Direction, IpBlock, PolicyRef, Ports, RuleRef } from '../policy/policy.ts';
import type { LabelSelector } from '../selectors/label-selector.ts';
import type { Family, IpAddress } from '../sets/address.ts';

/** A set of pods, as far as rules ask for it. */
export interface SetId {
  /** Distinguishes sets of one cluster; never used again. */
  readonly id: number;
}

/** The pods whose address lies in some blocks of one family. */
export interface AddressSet extends SetId {
  readonly family: Family;
  readonly blocks: readonly IpBlock[];
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
  | { readonly kind: 'pods'; readonly set: SetId }
  | {
      readonly kind: 'ipBlocks';
      readonly blocks: readonly IpBlock[];
      /** The pods with an address in them: one set for each family of the blocks. */
      readonly sets: readonly AddressSet[];
    }
  | { readonly kind: 'nodes'; readonly nodes: LabelSelector }
  /** Never matches. What a rule does because of it is settled when the rule is compiled. */
  | { readonly kind: 'nobody' };

/** One peer of one rule. Its place in the list is its rank: the lowest rank that matches decides. */
export interface RankedPeer {
  readonly rank: number;
  readonly rule: CompiledRule;
  readonly peer: CompiledPeer;
  readonly action: Action;
  /** What a finding says when this peer decides; `severalPorts`: which of them matched is open. */
  readonly ref: RuleRef;
  readonly severalPorts: boolean;
}

/** The traffic that a rule's ports are held against. */
export interface Traffic {
  readonly protocol: Protocol | 'other';
  /** Destination port, 1..65535; 0 for `other`. */
  readonly port: number;
  /** The names that the destination pod gives this port; none for a destination that is no pod. */
  readonly names: readonly string[];
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
