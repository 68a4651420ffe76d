import { cidrHas, cidrOf, type IpAddress, parseAddress } from '@ringfence/core';
import { OUTSIDE_GATEWAY } from './network/outside.ts';
import { POD_GATEWAY } from './network/routed-pod.ts';

/** Blocks of which no interface of a network can have an address. */
const NOBODYS = [
  block('0.0.0.0', 8),
  block('127.0.0.0', 8),
  block('224.0.0.0', 4),
  block('255.255.255.255', 32),
  block('::', 127),
  block('ff00::', 8),
];

/** The lab's own: whoever had one would cut others off. */
const OWN = [...OUTSIDE_GATEWAY, ...POD_GATEWAY].map(({ address }) =>
  block(address, address.includes(':') ? 128 : 32),
);

/** Whether a node or a pod can have an address here. */
export function isUsable(address: IpAddress): boolean {
  return ![...NOBODYS, ...OWN].some((each) => cidrHas(each, address));
}

function block(text: string, length: number): ReturnType<typeof cidrOf> {
  const parsed = parseAddress(text);
  if (parsed.kind === 'failed') throw new Error(parsed.error);
  return cidrOf(parsed.value.address, length);
}
