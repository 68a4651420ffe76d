import type { Change, Pod, Service } from '@ringfence/core';

/** Finds Services from the other end, where a cluster's own index does not. */
export interface ServiceIndex {
  /** Takes every change that the cluster takes; all but Services are nothing to it. */
  apply(change: Change): void;
  /** The headless Services that pick a pod, by name. */
  headlessOf(pod: Pod): readonly Service[];
  hasServices(namespace: string): boolean;
}

/**
 * Makes an empty index. A Service is kept under one label that it asks for, so that only those are
 * looked at that a pod's labels lead to.
 */
export function createServiceIndex(): ServiceIndex {
  const all = new Map<string, Service>();
  const perNamespace = new Map<string, number>();
  const byLabel = new Map<string, Set<Service>>();

  const remove = (namespace: string, name: string): void => {
    const before = all.get(`${namespace}/${name}`);
    if (before === undefined) return;
    all.delete(`${namespace}/${name}`);
    const left = (perNamespace.get(namespace) ?? 0) - 1;
    if (left > 0) perNamespace.set(namespace, left);
    else perNamespace.delete(namespace);
    const key = keyOf(before);
    const others = byLabel.get(key);
    others?.delete(before);
    if (others?.size === 0) byLabel.delete(key);
  };

  const upsert = (service: Service): void => {
    const { namespace, name } = service;
    remove(namespace, name);
    all.set(`${namespace}/${name}`, service);
    perNamespace.set(namespace, (perNamespace.get(namespace) ?? 0) + 1);
    if (!service.headless || service.selector.size === 0) return;
    const key = keyOf(service);
    byLabel.set(key, (byLabel.get(key) ?? new Set<Service>()).add(service));
  };

  return {
    apply(change) {
      if (change.kind === 'upsert' && change.object.kind === 'Service') upsert(change.object);
      if (change.kind === 'delete' && change.ref.kind === 'Service') {
        remove(change.ref.namespace, change.ref.name);
      }
    },
    headlessOf: ({ namespace, labels }) =>
      [...labels]
        .flatMap(([key, value]) => [...(byLabel.get(labelKey(namespace, key, value)) ?? [])])
        .filter(({ selector }) => [...selector].every(([key, value]) => labels.get(key) === value))
        .sort((left, right) => (left.name < right.name ? -1 : 1)),
    hasServices: (namespace) => perNamespace.has(namespace),
  };
}

function keyOf({ namespace, selector }: Service): string {
  const [key, value] = [...selector][0] ?? ['', ''];
  return labelKey(namespace, key, value);
}

/** Neither names of namespaces nor keys contain what separates them. */
function labelKey(namespace: string, key: string, value: string): string {
  return `${namespace} ${key}=${value}`;
}
