import { type Cidr, cidrContains, parseCidr } from '@ringfence/core';

/** Out of what addresses are given: at most one range in each family. */
export interface Ranges {
  readonly nodes: readonly Cidr[];
  /** Each node has its share: an IPv4 /24, an IPv6 /64. */
  readonly pods: readonly Cidr[];
  /** The first one is that of the Services which do not ask for a family. */
  readonly services: readonly Cidr[];
}

/** What kubeadm's users mostly have, in both families. */
export const DEFAULT_RANGES: Ranges = {
  nodes: [cidr('192.168.0.0/16'), cidr('fd00:192:168::/64')],
  pods: [cidr('10.244.0.0/16'), cidr('fd00:10:244::/56')],
  services: [cidr('10.96.0.0/16'), cidr('fd00:10:96::/112')],
};

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed.kind === 'failed') throw new Error(`${text}: ${parsed.error}`);
  return parsed.value.cidr;
}

/** Whether two blocks share an address: then one of them contains the other. */
export function overlap(left: Cidr, right: Cidr): boolean {
  return cidrContains(left, right) || cidrContains(right, left);
}
