import type { Change, KubernetesObject } from '@ringfence/core';
import { objectOf } from '../flows/cast.ts';
import { upsert } from '../flows/random-changes.ts';
import type { Random } from '../flows/random.ts';
import { policyOf } from './guard.ts';
import { LONG_NAMESPACES, LONG_POLICIES } from './long-names.ts';
import { LONG_MEMBERS, type LongObjects } from './long-objects.ts';

/** Changes of objects with long names, one after the other, without end. */
export interface LongChanges {
  /** At first: policies of all names in both namespaces, each of all pods there. */
  readonly policies: readonly KubernetesObject[];
  /** What comes together, and what it is in words. */
  next(): { readonly changes: readonly Change[]; readonly text: string };
}

interface Name {
  readonly namespace: string;
  readonly name: string;
}

/** Replaces policies, gives them other names, takes some away, and labels pods and namespaces anew. */
export function longChanges(random: Random, { pod, namespace, spec }: LongObjects): LongChanges {
  const names = LONG_NAMESPACES.flatMap((each) =>
    LONG_POLICIES.map((name): Name => ({ namespace: each, name })),
  );
  const specs = new Map<Name, object>(names.map((name) => [name, { ...spec(), podSelector: {} }]));
  const put = (name: Name, what: object): Change => {
    specs.set(name, what);
    return upsert(policyOf(name.namespace, name.name, what));
  };
  const remove = (name: Name): Change => {
    specs.delete(name);
    return { kind: 'delete', ref: { kind: 'NetworkPolicy', ...name } };
  };

  /** What one policy says, another one says at once, beside it or in its place. */
  const rename = (): ReturnType<LongChanges['next']> => {
    const from = random.pick([...specs.keys()]);
    const what = specs.get(from) ?? {};
    const free = names.filter((each) => each.namespace === from.namespace && !specs.has(each));
    const [to] = free;
    if (to === undefined) return { changes: [remove(from)], text: 'a policy goes' };
    return { changes: [remove(from), put(to, what)], text: 'a policy has another name' };
  };

  return {
    policies: names.map((name) => policyOf(name.namespace, name.name, specs.get(name) ?? {})),
    next() {
      const which = random.below(10);
      if (which < 2) {
        return {
          changes: [upsert(objectOf(pod(random.pick(LONG_MEMBERS))))],
          text: 'a pod is labelled',
        };
      }
      if (which < 4) {
        const name = random.pick(LONG_NAMESPACES);
        return { changes: [upsert(objectOf(namespace(name)))], text: 'a namespace is labelled' };
      }
      if (which < 7) return rename();
      return { changes: [put(random.pick(names), spec())], text: 'a policy says something else' };
    },
  };
}
