import type { ObjectRef, Path, PolicyRef, RuleRef } from '@ringfence/core';
import { formatPath } from '@ringfence/core';
import type { Loaded, Place } from '@ringfence/kube';

/** Where policies and their rules were written. Each place is looked up once. */
export interface Places {
  ofPolicy(policy: PolicyRef): Place | undefined;
  /** Of the rule, or of one part of it. */
  of(policy: PolicyRef, path: Path): Place | undefined;
}

/** Looks places up in what was read. */
export function placesIn(loaded: Pick<Loaded, 'locate'>): Places {
  const known = new Map<string, Place | undefined>();
  const of = (policy: PolicyRef, path: Path): Place | undefined => {
    const key = `${policy.kind}/${policy.namespace}/${policy.name}/${formatPath(path)}`;
    if (!known.has(key)) known.set(key, loaded.locate(refOf(policy), path));
    return known.get(key);
  };
  return { of, ofPolicy: (policy) => of(policy, ['metadata', 'name']) };
}

/** The path of the rule itself: `spec.ingress[0]`. */
export function rulePath({ direction, rule }: RuleRef): Path {
  return ['spec', direction, rule];
}

/** The path of the peer that matched; `undefined` where the rule names none. */
export function peerPath(ref: RuleRef): Path | undefined {
  if (ref.peer === -1) return undefined;
  return [...rulePath(ref), ref.direction === 'egress' ? 'to' : 'from', ref.peer];
}

/** The path of the port that matched; `undefined` where the rule names none. */
export function portPath(ref: RuleRef): Path | undefined {
  if (ref.port === -1) return undefined;
  const field = ref.policy.kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports';
  return [...rulePath(ref), field, ref.port];
}

function refOf({ kind, namespace, name }: PolicyRef): ObjectRef {
  return { kind, namespace, name };
}
