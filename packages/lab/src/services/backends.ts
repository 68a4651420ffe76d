import type { Labels } from '@ringfence/core';
import type { Backend } from './portal.ts';

/** Which pods stand behind which Services: found by label, in each namespace. */
export interface Backends {
  /** @returns the Services that select the pod now or did before. */
  setPod(pod: LabelledPod, backend: Backend | undefined): Iterable<string>;
  removePod(pod: Named): Iterable<string>;
  setService(key: string, service: Selecting): void;
  removeService(key: string): void;
  /** Those behind a Service, in no particular order. */
  of(key: string): Iterable<Backend>;
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

interface LabelledPod extends Named {
  readonly labels: Labels;
}

interface Selecting {
  readonly namespace: string;
  readonly selector: Labels;
}

interface HeldPod {
  readonly pod: LabelledPod;
  readonly backend: Backend;
}

interface HeldService {
  readonly key: string;
  readonly service: Selecting;
  /** By the pods' names. */
  readonly behind: Map<string, Backend>;
}

/** Makes a collection without pods and Services. */
export function createBackends(): Backends {
  const pods = new Map<string, HeldPod>();
  const services = new Map<string, HeldService>();
  const podsByLabel = createDrawers<HeldPod>();
  /** Each lies in the drawer of the first label that it asks for. */
  const servicesByLabel = createDrawers<HeldService>();

  const selecting = ({ namespace, labels }: LabelledPod): readonly HeldService[] =>
    [...labels]
      .flatMap((label) => [...servicesByLabel.in(namespace, label)])
      .filter(({ service }) => isSelected(service, labels));

  const selected = (service: Selecting): readonly HeldPod[] => {
    const drawers = [...service.selector].map((label) => podsByLabel.in(service.namespace, label));
    const [fewest] = drawers.sort((left, right) => left.size - right.size);
    return [...(fewest ?? [])].filter(({ pod }) => isSelected(service, pod.labels));
  };

  /** @returns the Services behind which it stood. */
  const takeOut = (pod: Named): readonly HeldService[] => {
    const before = pods.get(`${pod.namespace}/${pod.name}`);
    if (before === undefined) return [];
    pods.delete(`${pod.namespace}/${pod.name}`);
    for (const label of before.pod.labels) podsByLabel.remove(pod.namespace, label, before);
    const found = selecting(before.pod);
    for (const { behind } of found) behind.delete(pod.name);
    return found;
  };

  const removeService = (key: string): void => {
    const before = services.get(key);
    if (before === undefined) return;
    services.delete(key);
    const { namespace, selector } = before.service;
    for (const label of selector) servicesByLabel.remove(namespace, label, before);
  };

  return {
    setPod(pod, backend) {
      const before = takeOut(pod);
      const after = backend === undefined ? [] : selecting(pod);
      if (backend !== undefined) {
        const held = { pod, backend };
        pods.set(`${pod.namespace}/${pod.name}`, held);
        for (const label of pod.labels) podsByLabel.add(pod.namespace, label, held);
        for (const { behind } of after) behind.set(pod.name, backend);
      }
      return new Set([...before, ...after].map(({ key }) => key));
    },
    removePod: (pod) => takeOut(pod).map(({ key }) => key),
    setService(key, service) {
      removeService(key);
      const behind = new Map(selected(service).map(({ pod, backend }) => [pod.name, backend]));
      const held = { key, service, behind };
      services.set(key, held);
      for (const label of [...service.selector].slice(0, 1)) {
        servicesByLabel.add(service.namespace, label, held);
      }
    },
    removeService,
    of: (key) => services.get(key)?.behind.values() ?? [],
  };
}

type Label = readonly [key: string, value: string];

/** A Service without selector selects nothing. */
function isSelected({ selector }: Selecting, labels: Labels): boolean {
  if (selector.size === 0) return false;
  for (const [key, value] of selector) if (labels.get(key) !== value) return false;
  return true;
}

interface Drawers<T> {
  add(namespace: string, label: Label, item: T): void;
  remove(namespace: string, label: Label, item: T): void;
  in(namespace: string, label: Label): ReadonlySet<T>;
}

/** Things of namespaces by a label. */
function createDrawers<T>(): Drawers<T> {
  const drawers = new Map<string, Set<T>>();
  const nothing: ReadonlySet<T> = new Set();
  const keyOf = (namespace: string, label: Label): string => JSON.stringify([namespace, ...label]);
  return {
    add(namespace, label, item) {
      const key = keyOf(namespace, label);
      const drawer = drawers.get(key) ?? new Set();
      drawers.set(key, drawer.add(item));
    },
    remove(namespace, label, item) {
      const key = keyOf(namespace, label);
      const drawer = drawers.get(key);
      drawer?.delete(item);
      if (drawer?.size === 0) drawers.delete(key);
    },
    in: (namespace, label) => drawers.get(keyOf(namespace, label)) ?? nothing,
  };
}
