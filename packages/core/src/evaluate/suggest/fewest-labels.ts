import type { ClusterPod } from '../../cluster/model.ts';

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

/** The labels that tell workloads apart, best first; a selector rather keeps one of these. */
const TELLING_LABELS: readonly string[] = [
  'app.kubernetes.io/name',
  'app.kubernetes.io/component',
  'k8s-app',
  'app',
  'name',
];

/**
 * The fewest labels of a pod that select no more pods than all its lasting labels do together. At
 * least one is kept even where all pods there carry it: others may come that do not.
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
  for (const label of labels.toSorted(byTelling)) {
    const fewer = labels.filter((other) => other !== label);
    if (fewer.length > 0 && countSelected(fewer, among) === least) labels = fewer;
  }
  return labels;
}

/** The least telling first. */
function byTelling([left]: readonly [string, string], [right]: readonly [string, string]): number {
  const rank = (key: string): number =>
    TELLING_LABELS.includes(key) ? TELLING_LABELS.indexOf(key) : TELLING_LABELS.length;
  return rank(right) - rank(left);
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
