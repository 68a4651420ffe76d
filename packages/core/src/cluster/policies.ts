import type { NetworkPolicy, Policy, PolicyRef } from '../policy/policy.ts';
import { type HeldPolicy, holdPolicy, policyRefOf } from './policy-entry.ts';
import type { PodClasses } from './pod-class.ts';
import type { PodSets } from './pod-set.ts';

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
export function createPolicies(indexes: {
  readonly podSets: PodSets;
  readonly classes: PodClasses;
}): Policies {
  const { podSets, classes } = indexes;
  const held = new Map<string, HeldPolicy>();
  const tombstones = new Map<string, HeldPolicy & { readonly policy: NetworkPolicy }>();

  const attach = (entry: HeldPolicy): void => {
    const { subject } = entry;
    subject.policies.add(entry);
    if (subject.policies.size === 1) classes.regroup(subject);
    else classes.invalidate(subject);
  };
  const detach = (entry: HeldPolicy): void => {
    const { subject } = entry;
    subject.policies.delete(entry);
    if (subject.policies.size === 0) classes.regroup(subject);
    else classes.invalidate(subject);
    for (const set of entry.held) podSets.release(set);
  };

  return {
    upsert(policy) {
      const key = keyOf(policyRefOf(policy));
      const before = held.get(key);
      // The new sets are acquired before the old ones go: what both use is not built twice.
      const entry = holdPolicy(policy, false, podSets);
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
      const entry = { ...holdPolicy(policy, true, podSets), policy };
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
