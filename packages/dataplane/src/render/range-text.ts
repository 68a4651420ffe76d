import { type Cidr, cidrOf, formatAddress, formatCidr, type IpAddress } from '@ringfence/core';

/** Writes a range of addresses: as a block where it is one. */
export function rangeText(first: IpAddress, last: IpAddress): string {
  if (first.value === last.value) return formatAddress(first);
  const block = blockOf(first, last);
  return block === undefined ? `${formatAddress(first)}-${formatAddress(last)}` : formatCidr(block);
}

function blockOf(first: IpAddress, last: IpAddress): Cidr | undefined {
  const bits = first.family === 'IPv4' ? 32 : 128;
  for (let length = 0; length < bits; length += 1) {
    const block = cidrOf(first, length);
    if (block.first === first.value && block.last === last.value) return block;
  }
  return undefined;
}
