import type { Change, KubernetesObject } from '@ringfence/core';
import { FLOWS, MEMBERS, NAMESPACES, namespaceOf, podOf } from './cast.ts';
import { FIRST_PORT } from './flow.ts';
import { APPS, randomPolicies, TEAMS } from './random-policy.ts';
import type { Random } from './random.ts';

/** Changes of a cluster, one after the other, without end. */
export interface RandomChanges {
  /** The next one, and what it is in words. */
  next(): { readonly change: Change; readonly text: string };
  /** What takes away all policies that there are by now. */
  open(): readonly Change[];
}

/** No namespace has more policies than these at once. */
const NAMES = ['p1', 'p2', 'p3'] as const;

/** Adds, edits and deletes policies, and relabels pods and namespaces. */
export function randomChanges(random: Random): RandomChanges {
  const policies = new Map<string, Change>();
  const policy = randomPolicies(random, { first: FIRST_PORT, count: FLOWS.length });

  const changePolicy = (): { readonly change: Change; readonly text: string } => {
    const namespace = random.pick(NAMESPACES);
    const name = random.pick(NAMES);
    const key = `${namespace}/${name}`;
    const isThere = policies.has(key);
    if (isThere && random.percent(50)) {
      const change = deletion(namespace, name);
      policies.delete(key);
      return { change, text: `delete policy ${key}` };
    }
    policies.set(key, deletion(namespace, name));
    return {
      change: upsert(policy(namespace, name)),
      text: `${isThere ? 'edit' : 'add'} policy ${key}`,
    };
  };

  return {
    next() {
      const which = random.below(10);
      if (which > 2) return changePolicy();
      if (which === 0) {
        const name = random.pick(NAMESPACES);
        const team = random.pick(TEAMS);
        return { change: upsert(namespaceOf(name, team)), text: `label namespace ${name} ${team}` };
      }
      const member = random.pick(MEMBERS);
      const app = random.pick(APPS);
      return { change: upsert(podOf(member, { app })), text: `label pod ${member.name} ${app}` };
    },
    open() {
      const changes = [...policies.values()];
      policies.clear();
      return changes;
    },
  };
}

/** That an object is there from now on. */
export function upsert(object: KubernetesObject): Change {
  return { kind: 'upsert', object };
}

function deletion(namespace: string, name: string): Change {
  return { kind: 'delete', ref: { kind: 'NetworkPolicy', namespace, name } };
}
