import { failed, ok, type Result } from '../result.ts';
import { formatAddress, type Family, type IpAddress, parseAddress } from './address.ts';

/**
 * A block of addresses of one family: from `first` to `last`, both inclusive.
 *
 * INVARIANT: host bits of `first` are zero; `last` is `first` with all host bits set.
 */
export type Cidr =
  | {
      readonly family: 'IPv4';
      readonly first: number;
      readonly last: number;
      readonly length: number;
    }
  | {
      readonly family: 'IPv6';
      readonly first: bigint;
      readonly last: bigint;
      readonly length: number;
    };

/** A block as it was written, with what a strict reader objects to. */
export interface CidrSpelling {
  readonly cidr: Cidr;
  /** The address as written, before its host bits were masked. */
  readonly address: IpAddress;
  readonly hostBits: boolean;
  readonly leadingZeros: boolean;
  readonly mapped: boolean;
}

/**
 * Reads `address/length` as Kubernetes reads stored objects: host bits are masked, leading zeros
 * are decimal. An IPv4-mapped block (`::ffff:10.0.0.0/104`) is the IPv4 block.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function parseCidr(text: string): Result<CidrSpelling, string> {
  const slash = text.indexOf('/');
  const prefix = text.slice(slash + 1);
  if (slash === -1 || !/^\d+$/.test(prefix)) return NOT_A_CIDR;
  const spelled = parseAddress(text.slice(0, slash));
  if (spelled.kind === 'failed') return NOT_A_CIDR;
  const { address, mapped } = spelled.value;
  const length = Number(prefix);
  if (length > (address.family === 'IPv4' && !mapped ? 32 : 128)) return NOT_A_CIDR;
  const cidr = mapped ? mappedCidr(address, length) : cidrOf(address, length);
  return ok({
    cidr,
    address,
    hostBits: cidr.first !== address.value,
    leadingZeros: spelled.value.leadingZeros || (prefix.length > 1 && prefix.startsWith('0')),
    mapped,
  });
}

const NOT_A_CIDR = failed('must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)');

/** A block that is wider than all mapped addresses is one of IPv6. */
function mappedCidr(address: IpAddress, length: number): Cidr {
  if (length >= 96) return cidrOf(address, length - 96);
  return cidrOf({ family: 'IPv6', value: (0xffffn << 32n) | BigInt(address.value) }, length);
}

/** The block of `length` leading bits around an address; host bits are masked. */
export function cidrOf(address: IpAddress, length: number): Cidr {
  if (address.family === 'IPv4') {
    const size = 2 ** (32 - length);
    const first = Math.floor(address.value / size) * size;
    return { family: 'IPv4', first, last: first + size - 1, length };
  }
  const size = 1n << BigInt(128 - length);
  const first = (address.value / size) * size;
  return { family: 'IPv6', first, last: first + size - 1n, length };
}

/** The block that holds one address only. */
export function hostCidr(address: IpAddress): Cidr {
  return cidrOf(address, address.family === 'IPv4' ? 32 : 128);
}

/** Writes a block in its canonical form. */
export function formatCidr(cidr: Cidr): string {
  return `${formatAddress(firstAddress(cidr))}/${cidr.length}`;
}

/** The lowest address of a block. */
export function firstAddress(cidr: Cidr): IpAddress {
  return cidr.family === 'IPv4'
    ? { family: 'IPv4', value: cidr.first }
    : { family: 'IPv6', value: cidr.first };
}

/** The highest address of a block. */
export function lastAddress(cidr: Cidr): IpAddress {
  return cidr.family === 'IPv4'
    ? { family: 'IPv4', value: cidr.last }
    : { family: 'IPv6', value: cidr.last };
}

/** Whether an address lies in the block; never across families. */
export function cidrHas(cidr: Cidr, address: IpAddress): boolean {
  return (
    cidr.family === address.family && cidr.first <= address.value && address.value <= cidr.last
  );
}

/** Whether every address of `inner` lies in `outer`; a block contains itself. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** The whole of one family. */
export function wholeFamily(family: Family): Cidr {
  return cidrOf(family === 'IPv4' ? { family, value: 0 } : { family, value: 0n }, 0);
}
