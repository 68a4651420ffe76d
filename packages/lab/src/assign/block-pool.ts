import { type Cidr, cidrOf, firstAddress, type Family } from '@ringfence/core';

/** Gives nodes their share of the range that all pods are in. */
export interface BlockPool {
  readonly range: Cidr;
  /** A block of which `isFree` holds; `undefined` when there is none. */
  take(isFree: (block: Cidr) => boolean): Cidr | undefined;
}

/** How long the prefix of a node's share is, as kubeadm has it. */
const LENGTHS: Readonly<Record<Family, number>> = { IPv4: 24, IPv6: 64 };

/** More than these are not looked at: there are never so many nodes on one machine. */
const MOST_BLOCKS = 65_536;

/** Makes a pool of a range: its blocks one after the other, so that none is given again soon. */
export function createBlockPool(range: Cidr): BlockPool {
  const length = Math.max(range.length, LENGTHS[range.family]);
  const blocks = Math.min(2 ** (length - range.length), MOST_BLOCKS);
  let next = 0;
  return {
    range,
    take(isFree) {
      for (let tried = 0; tried < blocks; tried += 1) {
        const block = blockAt(range, length, next);
        next = (next + 1) % blocks;
        if (isFree(block)) return block;
      }
      return undefined;
    },
  };
}

function blockAt(range: Cidr, length: number, index: number): Cidr {
  const first = firstAddress(range);
  return first.family === 'IPv4'
    ? cidrOf({ family: 'IPv4', value: first.value + index * 2 ** (32 - length) }, length)
    : cidrOf(
        { family: 'IPv6', value: first.value + (BigInt(index) << BigInt(128 - length)) },
        length,
      );
}
