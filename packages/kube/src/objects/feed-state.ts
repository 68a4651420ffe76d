import { type Change, type KubernetesObject, refKey, refOf } from '@ringfence/core';
import { frameOf } from './frames.ts';
import type { FeedMessage } from './feed-message.ts';

/** What whoever begins to follow has to know. */
export interface FeedState {
  replace(objects: readonly KubernetesObject[], version: string): void;
  change(changes: readonly Change[], version: string): void;
  /** All of it, packed; undefined while nothing is known. */
  whole(): Buffer | undefined;
  /** How many objects there are. */
  size(): number;
}

/** Makes a state of which nothing is known. */
export function createFeedState(): FeedState {
  const objects = new Map<string, KubernetesObject>();
  let version: string | undefined;
  /** Many may begin to follow at the same time. */
  let packed: Buffer | undefined;

  const put = (object: KubernetesObject): void => void objects.set(refKey(refOf(object)), object);

  const apply = (change: Change): void => {
    if (change.kind === 'upsert') put(change.object);
    // What is entombed is in force: for whoever comes later it is a policy like any other.
    else if (change.kind === 'entomb') put(change.policy);
    else objects.delete(refKey(change.ref));
  };

  return {
    replace(all, now) {
      objects.clear();
      for (const object of all) put(object);
      version = now;
      packed = undefined;
    },
    change(changes, now) {
      for (const change of changes) apply(change);
      version = now;
      packed = undefined;
    },
    whole() {
      if (version === undefined) return undefined;
      const message: FeedMessage = { kind: 'replace', objects: [...objects.values()], version };
      packed ??= frameOf(message);
      return packed;
    },
    size: () => objects.size,
  };
}
