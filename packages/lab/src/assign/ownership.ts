import { type ObjectRef, type Pod, refKey, type Workload } from '@ringfence/core';
import { count } from './count.ts';

/** Which workloads have pods in the manifests, by themselves or through a ReplicaSet. */
export interface Ownership {
  addPod(pod: Pod): void;
  removePod(pod: Pod): void;
  addWorkload(workload: Workload): void;
  removeWorkload(workload: Workload): void;
  /** Whether a workload makes no pods because it has them: live ones, or a Job also finished ones. */
  hasPods(workload: Workload): boolean;
  replicaSetsOf(deployment: Workload): readonly Workload[];
}

/** The label by which a Deployment's ReplicaSets tell their pods apart. */
const TEMPLATE_HASH = 'pod-template-hash';

/**
 * Makes an ownership of nothing.
 *
 * @param touch is told of workloads, there or not, whose pods or ReplicaSets changed.
 */
export function createOwnership(touch: (workload: string) => void): Ownership {
  const live = new Map<string, number>();
  const every = new Map<string, number>();
  const replicaSets = new Map<string, Map<string, Workload>>();
  /** By ReplicaSet: its Deployment. */
  const parents = new Map<string, string>();

  const countPod = (pod: Pod, difference: 1 | -1): void => {
    for (const key of ownersOf(pod).map(refKey)) {
      count(every, key, difference);
      if (!pod.finished) count(live, key, difference);
      touch(key);
      const parent = parents.get(key);
      if (parent !== undefined) touch(parent);
    }
  };

  return {
    addPod: (pod) => countPod(pod, 1),
    removePod: (pod) => countPod(pod, -1),
    addWorkload(workload) {
      touch(refKey(workload));
      const parent = deploymentOf(workload);
      if (parent === undefined) return;
      const own = replicaSets.get(parent) ?? new Map<string, Workload>();
      replicaSets.set(parent, own.set(refKey(workload), workload));
      parents.set(refKey(workload), parent);
      touch(parent);
    },
    removeWorkload(workload) {
      touch(refKey(workload));
      const parent = deploymentOf(workload);
      if (parent === undefined) return;
      const own = replicaSets.get(parent);
      own?.delete(refKey(workload));
      if (own?.size === 0) replicaSets.delete(parent);
      parents.delete(refKey(workload));
      touch(parent);
    },
    hasPods(workload) {
      const key = refKey(workload);
      if (workload.kind === 'Job') return every.has(key);
      const below = [...(replicaSets.get(key)?.keys() ?? [])];
      return [key, ...below].some((each) => live.has(each));
    },
    replicaSetsOf: (deployment) => [...(replicaSets.get(refKey(deployment))?.values() ?? [])],
  };
}

/** Who owns a pod, as far as it says itself: its labels tell the Deployment of its ReplicaSet. */
function ownersOf({ namespace, owner, labels }: Pod): readonly ObjectRef[] {
  if (owner === undefined) return [];
  const suffix = `-${labels.get(TEMPLATE_HASH) ?? ''}`;
  const isTold = owner.kind === 'ReplicaSet' && suffix !== '-' && owner.name.endsWith(suffix);
  const deployment = isTold ? owner.name.slice(0, -suffix.length) : '';
  return [
    { namespace, ...owner },
    ...(deployment === '' ? [] : [{ kind: 'Deployment', namespace, name: deployment }]),
  ];
}

function deploymentOf({ kind, namespace, owner }: Workload): string | undefined {
  if (kind !== 'ReplicaSet' || owner?.kind !== 'Deployment') return undefined;
  return refKey({ namespace, ...owner });
}
