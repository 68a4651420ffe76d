import type { NetworkPolicy, Policy, PolicyRef } from '../policy/policy.ts';
import {
  type HeldPolicy,
  holdPolicy,
  policyRefOf,
  releaseHeld,
  type SetsOfPods,
} from './policy-entry.ts';
import type { MutableSelectedPods } from './model.ts';

/** The policies in force. */
export interface Policies {
  upsert(policy: Policy): void;
  remove(ref: PolicyRef): void;
  /** Keeps a deleted policy in force; see `release`. */
  entomb(policy: NetworkPolicy): void;
  /** Lets go of a namespace's entombed policies. */
  release(namespace: string): void;
  find(ref: PolicyRef): Policy | undefined;
  all(): Iterable<Policy>;
  entombed(): Iterable<NetworkPolicy>;
}

/** Makes an empty collection over the indexes of one cluster. */
export function createPolicies(
  sets: SetsOfPods,
  /** The policies of a set of subjects changed. */
  onChange: (subjects: MutableSelectedPods) => void,
): Policies {
  const held = new Map<string, HeldPolicy>();
  const tombstones = new Map<string, HeldPolicy & { readonly policy: NetworkPolicy }>();

  const attach = (entry: HeldPolicy): void => {
    entry.subject.policies.add(entry);
    onChange(entry.subject);
  };
  const detach = (entry: HeldPolicy): void => {
    entry.subject.policies.delete(entry);
    onChange(entry.subject);
    releaseHeld(entry, sets);
  };

  return {
    upsert(policy) {
      const key = keyOf(policyRefOf(policy));
      const before = held.get(key);
      // The new sets are acquired before the old ones go: what both use is not built twice.
      const entry = holdPolicy(policy, false, sets);
      held.set(key, entry);
      attach(entry);
      if (before !== undefined) detach(before);
    },
    remove(ref) {
      const key = keyOf(ref);
      const before = held.get(key);
      if (before === undefined) return;
      held.delete(key);
      detach(before);
    },
    entomb(policy) {
      const key = keyOf(policyRefOf(policy));
      const before = tombstones.get(key);
      const entry = { ...holdPolicy(policy, true, sets), policy };
      tombstones.set(key, entry);
      attach(entry);
      if (before !== undefined) detach(before);
    },
    release(namespace) {
      for (const [key, entry] of tombstones) {
        if (entry.policy.namespace !== namespace) continue;
        tombstones.delete(key);
        detach(entry);
      }
    },
    find: (ref) => held.get(keyOf(ref))?.policy,
    *all() {
      for (const { policy } of held.values()) yield policy;
    },
    *entombed() {
      for (const { policy } of tombstones.values()) yield policy;
    },
  };
}

function keyOf(ref: PolicyRef): string {
  return `${ref.kind}/${ref.namespace}/${ref.name}`;
}
