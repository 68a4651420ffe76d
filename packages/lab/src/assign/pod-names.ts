import { addTo, removeFrom, type Pod } from '@ringfence/core';
import { byName } from './by-name.ts';
import { nameKey } from '../object-key.ts';
import type { Pods } from './pods.ts';
import type { Problem } from './problem.ts';
import type { Slot } from './slot.ts';

/**
 * Whose the names of pods are: first of the pods in manifests, then of the slots that want them. A
 * slot that cannot have its name has its other one.
 */
export interface PodNames {
  /** What a manifest says of a pod; `undefined`: nothing any more. */
  state(key: string, pod: Pod | undefined): void;
  add(slot: Slot): void;
  remove(slot: Slot): void;
  /** Tells the pods which of them there are now. */
  settle(): void;
  /** Of slots whose names are all taken. */
  problems(): readonly Problem[];
}

/** Makes names that are nobody's. */
export function createPodNames(pods: Pods): PodNames {
  const stated = new Set<string>();
  /** By name: who wants it, and who wants it because it cannot have its first choice. */
  const first = new Map<string, Set<Slot>>();
  const second = new Map<string, Set<Slot>>();
  /** By name: whose it is, where no manifest has a pod of that name. */
  const owners = new Map<string, Slot>();
  const unsettled = new Set<string>();

  const ownerOf = (key: string): Slot | undefined =>
    stated.has(key) ? undefined : (best(first.get(key)) ?? best(second.get(key)));

  /** Those who cannot have a name want their other one. */
  const decide = (key: string): readonly string[] => {
    const owner = ownerOf(key);
    return [...(first.get(key) ?? [])].map((slot) => {
      if (slot === owner) removeFrom(second, otherKey(slot), slot);
      else addTo(second, otherKey(slot), slot);
      return otherKey(slot);
    });
  };

  const give = (key: string): void => {
    const owner = ownerOf(key);
    if (owner === owners.get(key)) return;
    if (owner !== undefined) {
      owners.set(key, owner);
      pods.state(owner.pod(key === firstKey(owner) ? owner.name : owner.otherName));
      return;
    }
    owners.delete(key);
    if (!stated.has(key)) pods.remove(key);
  };

  return {
    state(key, pod) {
      unsettled.add(key);
      owners.delete(key);
      if (pod === undefined) {
        stated.delete(key);
        pods.remove(key);
      } else {
        stated.add(key);
        pods.state(pod);
      }
    },
    add(slot) {
      addTo(first, firstKey(slot), slot);
      unsettled.add(firstKey(slot));
    },
    remove(slot) {
      removeFrom(first, firstKey(slot), slot);
      removeFrom(second, otherKey(slot), slot);
      unsettled.add(firstKey(slot)).add(otherKey(slot));
    },
    settle() {
      const others = [...unsettled].flatMap(decide);
      for (const key of new Set([...unsettled, ...others])) give(key);
      unsettled.clear();
    },
    problems: () =>
      [...second].flatMap(([key, slots]) =>
        [...slots].filter((slot) => owners.get(key) !== slot).map(nameless),
      ),
  };
}

function firstKey(slot: Slot): string {
  return nameKey(slot);
}

function otherKey({ namespace, otherName }: Slot): string {
  return nameKey({ namespace, name: otherName });
}

function best(slots: Iterable<Slot> = []): Slot | undefined {
  let found: Slot | undefined;
  for (const slot of slots) if (found === undefined || isBefore(slot, found)) found = slot;
  return found;
}

function isBefore(left: Slot, right: Slot): boolean {
  return left.rank === right.rank ? byName(left.id, right.id) < 0 : left.rank < right.rank;
}

function nameless({ owner, name, otherName }: Slot): Problem {
  const message = `has no pod \`${name}\`: other pods have that name and \`${otherName}\``;
  return { ref: owner, message };
}
