import { type Pod, refKey, type Workload } from '@ringfence/core';
import { createOwnership } from './ownership.ts';
import type { PodNames } from './pod-names.ts';
import type { Problem } from './problem.ts';
import { type Slot, slotsOf } from './slot.ts';

/** The workloads of the manifests, and the pods that they have to make themselves. */
export interface Workloads {
  state(workload: Workload): void;
  /** @param key as of its reference. */
  remove(key: string): void;
  /** What a manifest says of a pod; `undefined`: nothing any more. */
  statePod(key: string, pod: Pod | undefined): void;
  /** Makes the pods that are missing, and takes back those that are too many. */
  settle(nodes: { readonly names: readonly string[]; readonly changed: boolean }): void;
  problems(): readonly Problem[];
}

/** So many pods of one workload are made at most: each is a network namespace of this machine. */
const MOST_PODS = 1_000;

/** Makes the workloads of a cluster without any. */
export function createWorkloads(names: PodNames): Workloads {
  const workloads = new Map<string, Workload>();
  const pods = new Map<string, Pod>();
  const slots = new Map<string, ReadonlyMap<string, Slot>>();
  const daemonSets = new Set<string>();
  const tooMany = new Set<string>();
  const unsettled = new Set<string>();
  const ownership = createOwnership((key) => unsettled.add(key));

  const podsToMake = (workload: Workload): number => {
    const { kind, idle, replicas } = workload;
    if (idle || ownership.hasPods(workload)) return 0;
    if (kind === 'Job' || kind === 'CronJob' || kind === 'DaemonSet') return 1;
    const isLed = kind === 'Deployment' && ownership.replicaSetsOf(workload).some(makesPods);
    return isLed ? 0 : replicas;
  };

  const wantedSlots = (key: string, nodes: readonly string[]): ReadonlyMap<string, Slot> => {
    const workload = workloads.get(key);
    const wanted = workload === undefined ? 0 : podsToMake(workload);
    if (wanted > MOST_PODS) tooMany.add(key);
    else tooMany.delete(key);
    if (workload === undefined || wanted === 0) return new Map();
    const made = slotsOf({ workload, pods: Math.min(wanted, MOST_PODS), nodes });
    return new Map(made.map((slot) => [slot.id, slot]));
  };

  const settleOne = (key: string, nodes: readonly string[]): void => {
    const before = slots.get(key) ?? new Map<string, Slot>();
    const wanted = wantedSlots(key, nodes);
    const after = new Map<string, Slot>();
    for (const [id, slot] of wanted) {
      const old = before.get(id);
      const isSame = old?.version === slot.version;
      after.set(id, isSame ? old : slot);
      if (isSame) continue;
      if (old !== undefined) names.remove(old);
      names.add(slot);
    }
    for (const [id, old] of before) if (!wanted.has(id)) names.remove(old);
    if (after.size === 0) slots.delete(key);
    else slots.set(key, after);
  };

  const remove = (key: string): void => {
    const before = workloads.get(key);
    if (before === undefined) return;
    workloads.delete(key);
    daemonSets.delete(key);
    ownership.removeWorkload(before);
  };

  return {
    state(workload) {
      const key = refKey(workload);
      remove(key);
      workloads.set(key, workload);
      if (workload.kind === 'DaemonSet') daemonSets.add(key);
      ownership.addWorkload(workload);
    },
    remove,
    statePod(key, pod) {
      const before = pods.get(key);
      if (before !== undefined) ownership.removePod(before);
      if (pod !== undefined) {
        pods.set(key, pod);
        ownership.addPod(pod);
      } else if (!pods.delete(key)) return;
      names.state(key, pod);
    },
    settle(nodes) {
      if (nodes.changed) for (const key of daemonSets) unsettled.add(key);
      for (const key of unsettled) settleOne(key, nodes.names);
      unsettled.clear();
      names.settle();
    },
    problems: () => [
      ...names.problems(),
      ...[...tooMany].flatMap((key) => excessOf(workloads.get(key))),
    ],
  };
}

function makesPods({ idle, replicas }: Workload): boolean {
  return !idle && replicas > 0;
}

function excessOf(workload: Workload | undefined): readonly Problem[] {
  if (workload === undefined) return [];
  const { kind, namespace, name, replicas } = workload;
  const message = `has ${MOST_PODS} of its ${replicas} pods: a workload has no more here`;
  return [{ ref: { kind, namespace, name }, message }];
}
