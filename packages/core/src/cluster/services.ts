import type { Service } from '../objects/object.ts';
import type { IpAddress } from '../sets/address.ts';

/** The Services, by name and by the address under which clients know them. */
export interface Services {
  upsert(service: Service): void;
  remove(namespace: string, name: string): void;
  find(namespace: string, name: string): Service | undefined;
  at(address: IpAddress): Service | undefined;
  all(): Iterable<Service>;
}

/** Makes an empty collection. */
export function createServices(): Services {
  const byName = new Map<string, Service>();
  const byAddress = new Map<number | bigint, Service>();

  const remove = (namespace: string, name: string): void => {
    const before = byName.get(`${namespace}/${name}`);
    if (before === undefined) return;
    byName.delete(`${namespace}/${name}`);
    for (const { value } of before.clusterIPs) {
      if (byAddress.get(value) === before) byAddress.delete(value);
    }
  };

  return {
    upsert(service) {
      remove(service.namespace, service.name);
      byName.set(`${service.namespace}/${service.name}`, service);
      for (const { value } of service.clusterIPs) byAddress.set(value, service);
    },
    remove,
    find: (namespace, name) => byName.get(`${namespace}/${name}`),
    at: (address) => byAddress.get(address.value),
    all: () => byName.values(),
  };
}
