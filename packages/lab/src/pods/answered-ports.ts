import type { Change, Cluster, ContainerPort, Pod, Service } from '@ringfence/core';

/** A port that a pod answers on. */
export type AnsweredPort = Pick<ContainerPort, 'protocol' | 'port'>;

/** Which ports pods answer on: those that they declare, and those that Services send to by number. */
export interface AnsweredPorts {
  /**
   * Takes a change before the cluster does.
   *
   * @returns gives the pods whose ports may be others, once the cluster has taken it.
   */
  apply(change: Change): () => Iterable<Pod>;
  of(pod: Pod): readonly AnsweredPort[];
}

const NOBODY = (): Iterable<Pod> => [];

/** Makes an index beside a cluster that has no Services yet. */
export function createAnsweredPorts(cluster: Pick<Cluster, 'service' | 'backends'>): AnsweredPorts {
  const byNamespace = new Map<string, Map<string, Service>>();

  const backends = (namespace: string, name: string): readonly Pod[] => {
    const service = cluster.service(namespace, name);
    return service === undefined ? [] : cluster.backends(service).map(({ object }) => object);
  };

  const applyTo = (
    { namespace, name }: Pick<Service, 'namespace' | 'name'>,
    service: Service | undefined,
  ): (() => Iterable<Pod>) => {
    const before = backends(namespace, name);
    const inside = byNamespace.get(namespace) ?? new Map<string, Service>();
    if (service === undefined) inside.delete(name);
    else inside.set(name, service);
    byNamespace.set(namespace, inside);
    return () => new Set([...before, ...backends(namespace, name)]);
  };

  return {
    apply(change) {
      if (change.kind === 'upsert' && change.object.kind === 'Service') {
        return applyTo(change.object, change.object);
      }
      if (change.kind === 'delete' && change.ref.kind === 'Service') {
        return applyTo(change.ref, undefined);
      }
      return NOBODY;
    },
    of(pod) {
      const ports = new Map<string, AnsweredPort>();
      const add = ({ protocol, port }: AnsweredPort): void =>
        void ports.set(`${protocol} ${port}`, { protocol, port });
      for (const port of pod.ports) add(port);
      for (const service of byNamespace.get(pod.namespace)?.values() ?? []) {
        if (!picks(service, pod)) continue;
        for (const { protocol, targetPort } of service.ports) {
          if (typeof targetPort === 'number') add({ protocol, port: targetPort });
        }
      }
      return [...ports.values()];
    },
  };
}

/** A Service without selector picks nobody. */
function picks({ selector }: Service, { labels }: Pod): boolean {
  return selector.size > 0 && [...selector].every(([key, value]) => labels.get(key) === value);
}
