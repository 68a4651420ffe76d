import { addTo, removeFrom } from '../multimap.ts';
import type { Owner, Pod, Workload, WorkloadKind } from '../objects/object.ts';

/** Which pods belong to which workload, and which workloads have no pods yet. */
export interface Workloads {
  upsert(workload: Workload): void;
  remove(kind: WorkloadKind, namespace: string, name: string): void;
  addPod(pod: Pod): void;
  /** Takes the very object that was added. */
  removePod(pod: Pod): void;
  /** Tells which workloads got or lost their stand-in since this was last called. */
  settle(): void;
  find(kind: string, namespace: string, name: string): Workload | undefined;
  all(): Iterable<Workload>;
  /** The pods that a workload owns, through whatever it made them with; finished ones too. */
  podsOf(kind: string, namespace: string, name: string): readonly Pod[];
  /** The topmost owner of a pod; the pod itself where nothing owns it. */
  ownerOf(pod: Pod): Owner;
}

/** Is told which workloads have no pods, so that their template must stand for them. */
export interface StandIns {
  show(workload: Workload): void;
  hide(workload: Workload): void;
}

/** The label by which a Deployment's ReplicaSets tell their pods apart. */
const TEMPLATE_HASH = 'pod-template-hash';

/** Owners of owners: Deployment and CronJob make it two; more only in input that makes no sense. */
const MAX_DEPTH = 4;

/** Makes an empty collection. */
export function createWorkloads(standIns: StandIns): Workloads {
  const workloads = new Map<string, Workload>();
  const pods = new Map<string, Set<Pod>>();
  const children = new Map<string, Set<string>>();
  /** Names of the Deployment of a ReplicaSet, and how many of its pods tell that name. */
  const told = new Map<string, Map<string, number>>();
  const shown = new Map<string, Workload>();

  const parentOf = (key: string): Owner | undefined =>
    workloads.get(key)?.owner ?? deploymentNamed(firstOf(told.get(key)));

  const descendants = (key: string, depth = 0): readonly Pod[] => {
    const own = [...(pods.get(key) ?? [])];
    if (depth === MAX_DEPTH) return own;
    const below = [...(children.get(key) ?? [])];
    return [...own, ...below.flatMap((child) => descendants(child, depth + 1))];
  };

  const hasLivePod = (key: string, depth = 0): boolean => {
    for (const { finished } of pods.get(key) ?? []) if (!finished) return true;
    if (depth === MAX_DEPTH) return false;
    for (const child of children.get(key) ?? []) if (hasLivePod(child, depth + 1)) return true;
    return false;
  };

  const standsIn = (workload: Workload, key: string): boolean => {
    const { owner, namespace } = workload;
    if (workload.idle) return false;
    if (owner !== undefined && workloads.has(keyOf(namespace, owner))) return false;
    return !hasLivePod(key);
  };

  /** Workloads that may need a stand-in now, or may no longer: settled when all is told. */
  const unsettled = new Set<string>();

  const review = (key: string): void => {
    unsettled.add(key);
  };

  const settleOne = (key: string): void => {
    const workload = workloads.get(key);
    const before = shown.get(key);
    if (workload !== undefined && standsIn(workload, key)) {
      if (before === workload) return;
      shown.set(key, workload);
      standIns.show(workload);
    } else if (before !== undefined) {
      shown.delete(key);
      standIns.hide(before);
    }
  };

  const reviewUp = (namespace: string, owner: Owner): void => {
    let above: Owner | undefined = owner;
    for (let depth = 0; above !== undefined && depth < MAX_DEPTH; depth += 1) {
      const key = keyOf(namespace, above);
      review(key);
      above = parentOf(key);
    }
  };

  /** A workload came, changed or went: it, what is above it and what is below it may look different. */
  const reviewAround = (namespace: string, owner: Owner): void => {
    reviewUp(namespace, owner);
    for (const child of children.get(keyOf(namespace, owner)) ?? []) review(child);
  };

  const unlink = (workload: Workload): void => {
    const { owner, namespace } = workload;
    if (owner === undefined) return;
    const key = keyOf(namespace, workload);
    if (owner.kind === 'Deployment' && told.get(key)?.has(owner.name) === true) return;
    removeFrom(children, keyOf(namespace, owner), key);
  };

  return {
    upsert(workload) {
      const key = keyOf(workload.namespace, workload);
      const before = workloads.get(key);
      if (before !== undefined) unlink(before);
      workloads.set(key, workload);
      const { owner, namespace } = workload;
      if (owner !== undefined) addTo(children, keyOf(namespace, owner), key);
      reviewAround(namespace, workload);
      if (before?.owner !== undefined) reviewUp(namespace, before.owner);
    },
    remove(kind, namespace, name) {
      const key = keyOf(namespace, { kind, name });
      const before = workloads.get(key);
      if (before === undefined) return;
      unlink(before);
      workloads.delete(key);
      reviewAround(namespace, before);
      if (before.owner !== undefined) reviewUp(namespace, before.owner);
    },
    addPod(pod) {
      if (pod.owner === undefined) return;
      const key = keyOf(pod.namespace, pod.owner);
      addTo(pods, key, pod);
      const deployment = deploymentOf(pod);
      if (deployment !== undefined) {
        const names = told.get(key) ?? new Map<string, number>();
        told.set(key, names.set(deployment.name, (names.get(deployment.name) ?? 0) + 1));
        addTo(children, keyOf(pod.namespace, deployment), key);
      }
      reviewUp(pod.namespace, pod.owner);
    },
    removePod(pod) {
      if (pod.owner === undefined) return;
      const { namespace, owner } = pod;
      const key = keyOf(namespace, owner);
      removeFrom(pods, key, pod);
      reviewUp(namespace, owner);
      const deployment = deploymentOf(pod);
      const names = told.get(key);
      if (deployment === undefined || names === undefined) return;
      const left = (names.get(deployment.name) ?? 0) - 1;
      if (left > 0) {
        names.set(deployment.name, left);
        return;
      }
      names.delete(deployment.name);
      if (names.size === 0) told.delete(key);
      const said = workloads.get(key)?.owner;
      if (said?.kind === deployment.kind && said.name === deployment.name) return;
      removeFrom(children, keyOf(namespace, deployment), key);
      reviewUp(namespace, deployment);
    },
    settle() {
      for (const key of unsettled) settleOne(key);
      unsettled.clear();
    },
    find: (kind, namespace, name) => workloads.get(keyOf(namespace, { kind, name })),
    all: () => workloads.values(),
    podsOf: (kind, namespace, name) => descendants(keyOf(namespace, { kind, name })),
    ownerOf(pod) {
      let owner: Owner = pod.owner ?? { kind: 'Pod', name: pod.name };
      for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
        const above = parentOf(keyOf(pod.namespace, owner));
        if (above === undefined) return owner;
        owner = above;
      }
      return owner;
    },
  };
}

function keyOf(namespace: string, owner: Owner): string {
  return `${owner.kind}/${namespace}/${owner.name}`;
}

function deploymentOf(pod: Pod): Owner | undefined {
  const suffix = `-${pod.labels.get(TEMPLATE_HASH) ?? ''}`;
  if (pod.owner?.kind !== 'ReplicaSet' || suffix === '-') return undefined;
  const { name } = pod.owner;
  if (!name.endsWith(suffix) || name === suffix) return undefined;
  return { kind: 'Deployment', name: name.slice(0, -suffix.length) };
}

/** The first of the names by code units, so that it is always the same. */
function firstOf(names: ReadonlyMap<string, number> | undefined): string | undefined {
  let first: string | undefined;
  for (const name of names?.keys() ?? []) if (first === undefined || name < first) first = name;
  return first;
}

function deploymentNamed(name: string | undefined): Owner | undefined {
  return name === undefined ? undefined : { kind: 'Deployment', name };
}
