import { formatAddress, type IpAddress } from '@ringfence/core';
import { CLUSTER_DOMAIN } from './cluster-view.ts';

/** What the C library reads; a kubelet leaves the rest out, too. */
const MOST_NAMESERVERS = 3;

/**
 * Writes a pod's `/etc/resolv.conf` as a kubelet does for the DNS policy `ClusterFirst`: names of
 * its own namespace first, and five dots before a name is asked as it stands.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function resolvConf({
  namespace,
  nameservers,
}: {
  readonly namespace: string;
  readonly nameservers: readonly IpAddress[];
}): string {
  const domain = CLUSTER_DOMAIN.join('.');
  const lines = [
    `search ${namespace}.svc.${domain} svc.${domain} ${domain}`,
    ...nameservers
      .slice(0, MOST_NAMESERVERS)
      .map((address) => `nameserver ${formatAddress(address)}`),
    'options ndots:5',
  ];
  return `${lines.join('\n')}\n`;
}
