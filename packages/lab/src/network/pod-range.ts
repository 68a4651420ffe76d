import { ipBytes, ipFamily, type IpPrefix, ipText } from '@ringfence/netlink';
import type { HostAddress } from './station.ts';

/** The addresses that a node gives its pods. */
export interface PodRange {
  readonly network: IpPrefix;
  /** The first one: the pods' gateway. */
  readonly gateway: HostAddress;
  readonly prefix: number;
  has(address: HostAddress): boolean;
}

/** The range of a node's pod CIDR; bits behind the prefix do not count. */
export function podRange({ address, prefix }: IpPrefix): PodRange {
  const family = ipFamily(address);
  const network = masked(ipBytes(address), prefix);
  const first = Uint8Array.from(network);
  first[first.length - 1] = (first.at(-1) ?? 0) | 1;
  return {
    network: { address: ipText(network), prefix },
    gateway: { family, address: ipText(first) },
    prefix,
    has: (other) =>
      other.family === family && ipText(masked(ipBytes(other.address), prefix)) === ipText(network),
  };
}

function masked(bytes: Uint8Array, prefix: number): Uint8Array {
  return bytes.map((byte, index) => {
    const bits = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - bits)) & 0xff;
  });
}
