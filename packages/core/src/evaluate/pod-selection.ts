import type { ClusterPod } from '../cluster/model.ts';

/** Labels that change with every rollout, or that only one pod of a workload carries. */
const VOLATILE_LABELS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
]);

/**
 * The fewest labels of a pod that select no more pods than all its lasting labels do together.
 *
 * @param among the pods that a selector could select, the pod itself among them.
 * @returns labels for `matchLabels`, in the pod's order; empty for a pod without lasting labels.
 */
export function fewestLabels(
  pod: ClusterPod,
  among: readonly ClusterPod[],
): readonly (readonly [key: string, value: string])[] {
  let labels = [...pod.object.labels].filter(([key]) => !VOLATILE_LABELS.has(key));
  const least = countSelected(labels, among);
  for (const label of [...labels].reverse()) {
    const fewer = labels.filter((other) => other !== label);
    if (countSelected(fewer, among) === least) labels = fewer;
  }
  return labels;
}

function countSelected(
  labels: readonly (readonly [key: string, value: string])[],
  among: readonly ClusterPod[],
): number {
  return among.filter((pod) => hasLabels(pod, labels)).length;
}

/** Whether a pod carries all these labels. */
export function hasLabels(
  pod: ClusterPod,
  labels: readonly (readonly [key: string, value: string])[],
): boolean {
  return labels.every(([key, value]) => pod.object.labels.get(key) === value);
}
