import { type Cidr, type Family, firstAddress, type IpAddress, lastAddress } from '@ringfence/core';

/** Gives addresses out of a range. */
export interface AddressPool {
  readonly range: Cidr;
  /** A free address; `undefined` when there is none. */
  take(): IpAddress | undefined;
}

/** The block around an address that may not be given; `undefined` where the address may be. */
export type Obstacle = (address: IpAddress) => Cidr | undefined;

/** Addresses at both ends that are nobody's: the network, its gateway, and IPv4's broadcast. */
const BEFORE = 2n;
const AFTER = 1n;

/**
 * Makes a pool of a range: its addresses one after the other, so that none is given again soon.
 *
 * @param start how far into the range the first one lies; what is before it is given last.
 */
export function createAddressPool(
  range: Cidr,
  obstacle: Obstacle,
  start: bigint = BEFORE,
): AddressPool {
  const lowest = BigInt(firstAddress(range).value);
  const first = lowest + BEFORE;
  const last = BigInt(lastAddress(range).value) - AFTER;
  const wrapped = (value: bigint): bigint => (value > last ? first : value);
  let next = wrapped(lowest + start);
  return {
    range,
    take() {
      for (let left = last - first + 1n; left > 0n; ) {
        const address = addressOf(range.family, next);
        const block = obstacle(address);
        const end = block === undefined ? next : endOf(block, last);
        left -= end - next + 1n;
        next = wrapped(end + 1n);
        if (block === undefined) return address;
      }
      return undefined;
    },
  };
}

function endOf(block: Cidr, last: bigint): bigint {
  const end = BigInt(lastAddress(block).value);
  return end < last ? end : last;
}

function addressOf(family: Family, value: bigint): IpAddress {
  return family === 'IPv4' ? { family, value: Number(value) } : { family, value };
}
