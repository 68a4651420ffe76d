import path from 'node:path';
import type { Cluster, IpAddress, Pod } from '@ringfence/core';
import { CLUSTER_DOMAIN } from './dns/cluster-view.ts';
import { resolvConf } from './dns/resolv-conf.ts';
import { createPodEntrance, type PodEntrance, type PodEntry } from './exec/pod-entrance.ts';
import { podHosts } from './exec/pod-files.ts';
import { shortHash } from './network/short-hash.ts';
import type { RunningPod } from './pods/pod-runner.ts';
import { formatAddress } from '@ringfence/core';
import { nameKey } from './object-key.ts';

/** The ways into pods, made when they are first used. */
export interface Entrances {
  open(running: RunningPod): PodEntry;
  close(running: RunningPod): void;
  closeAll(): void;
}

/** @param folder where the files that pods see are kept; absolute. */
export function createEntrances(cluster: Pick<Cluster, 'service'>, folder: string): Entrances {
  const made = new Map<string, PodEntrance>();
  return {
    open({ pod, addresses, station }) {
      const key = nameKey(pod);
      const hostname = pod.hostname === '' ? pod.name : pod.hostname;
      const entrance =
        made.get(key) ??
        createPodEntrance({
          namespace: station.namespace,
          hostname,
          resolvConf: resolvConf({
            namespace: pod.namespace,
            nameservers: nameservers(cluster, addresses),
          }),
          hosts: podHosts(
            { hostname, domain: domainOf(pod) },
            addresses.map((address) => ({ address: formatAddress(address) })),
          ),
          folder: path.join(folder, shortHash(`${key} ${pod.uid}`)),
        });
      made.set(key, entrance);
      return entrance.entry();
    },
    close({ pod }) {
      made.get(nameKey(pod))?.close();
      made.delete(nameKey(pod));
    },
    closeAll() {
      for (const entrance of made.values()) entrance.close();
      made.clear();
    },
  };
}

function domainOf({ namespace, subdomain }: Pod): string {
  return subdomain === '' ? '' : [subdomain, namespace, 'svc', ...CLUSTER_DOMAIN].join('.');
}

/** Those of cluster DNS that a pod can reach: of its own families. */
function nameservers(
  cluster: Pick<Cluster, 'service'>,
  own: readonly IpAddress[],
): readonly IpAddress[] {
  const addresses = cluster.service('kube-system', 'kube-dns')?.clusterIPs ?? [];
  return addresses.filter(({ family }) => own.some((each) => each.family === family));
}
