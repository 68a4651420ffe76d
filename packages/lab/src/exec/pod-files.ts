import { type HostAddress } from '../network/station.ts';

/** What the kernel takes as the name of a machine, and Kubernetes as that of a pod's. */
const LONGEST_HOSTNAME = 63;

/** A pod's name as the hostname of its machine: as much of it as fits. */
export function podHostname(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9.-]/gu, '-');
  return plain.slice(0, LONGEST_HOSTNAME).replace(/[-.]+$/u, '');
}

/** How a pod is called. */
export interface PodName {
  readonly hostname: string;
  /** Below which cluster DNS knows it by that name; empty where it does not. */
  readonly domain: string;
}

/** The lines that every machine's hosts file begins with, and a pod's too. */
const LOCAL_LINES = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/**
 * Writes a pod's hosts file as a kubelet does: the machine's own names, then the pod's for each of
 * its addresses.
 */
export function podHosts(
  { hostname: name, domain }: PodName,
  addresses: readonly Pick<HostAddress, 'address'>[],
): string {
  const hostname = podHostname(name);
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  const own = addresses.map(({ address }) => `${address}\t${names}`);
  return `${['# Written by ringfence.', ...LOCAL_LINES, ...own].join('\n')}\n`;
}
