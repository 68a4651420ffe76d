import { type Cidr, firstAddress, type IpAddress, lastAddress } from '@ringfence/core';

/** Gives pods addresses out of a node's range. */
export interface AddressPool {
  /** A free address; `undefined` when all are taken. */
  take(): IpAddress | undefined;
  /** Somebody has this address already: it is not given away. */
  reserve(address: IpAddress): void;
  /** It may be given away again, after all others. */
  release(address: IpAddress): void;
}

/** Addresses at both ends that are no pod's: the network, its gateway, and IPv4's broadcast. */
const BEFORE = 2n;
const AFTER = 1n;

/** Makes a pool of a range: its addresses one after the other, so that none is given again soon. */
export function createAddressPool(range: Cidr): AddressPool {
  const first = BigInt(firstAddress(range).value) + BEFORE;
  const last = BigInt(lastAddress(range).value) - AFTER;
  const taken = new Set<bigint>();
  let next = first;
  return {
    take() {
      if (BigInt(taken.size) > last - first) return undefined;
      while (taken.has(next)) next = next >= last ? first : next + 1n;
      const value = next;
      taken.add(value);
      next = next >= last ? first : next + 1n;
      return range.family === 'IPv4'
        ? { family: 'IPv4', value: Number(value) }
        : { family: 'IPv6', value };
    },
    reserve({ family, value }) {
      const number = BigInt(value);
      if (family === range.family && number >= first && number <= last) taken.add(number);
    },
    release({ family, value }) {
      if (family === range.family) taken.delete(BigInt(value));
    },
  };
}
