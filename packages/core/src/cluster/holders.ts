import type { IpBlock } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import { type Cidr, firstAddress, lastAddress } from '../sets/cidr.ts';
import { atAddress, blocksHave, createBlockIndex } from './block-index.ts';
import type { PodEntry } from './model.ts';

/** The pods under policy by their address, found by block. */
export interface Holders {
  add(address: IpAddress, pod: PodEntry): void;
  remove(address: IpAddress, pod: PodEntry): void;
  /** Those with an address in one of the blocks and in none of its exceptions; each once. */
  within(blocks: readonly IpBlock[]): Iterable<PodEntry>;
}

/** Pods whose addresses differ in their last bits only. */
type Bucket = Map<PodEntry, IpAddress>;

const SIZE_4 = 256;
const BITS_6 = 16n;

/** Makes an empty collection. */
export function createHolders(): Holders {
  // A bigint and a number are different keys, so the families never meet.
  const buckets = new Map<number | bigint, Bucket>();
  return {
    add(address, pod) {
      const key = bucketOf(address);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, new Map([[pod, address]]));
      else bucket.set(pod, address);
    },
    remove(address, pod) {
      const key = bucketOf(address);
      const bucket = buckets.get(key);
      bucket?.delete(pod);
      if (bucket?.size === 0) buckets.delete(key);
    },
    within(blocks) {
      const found = new Set<PodEntry>();
      const wide = blocks.filter(({ cidr }) => !isNarrow(cidr));
      for (const block of blocks) {
        if (!isNarrow(block.cidr)) continue;
        for (const [pod, address] of buckets.get(bucketOf(firstAddress(block.cidr))) ?? []) {
          if (blocksHave([block], address)) found.add(pod);
        }
      }
      if (wide.length === 0) return found;
      // There may be very many: they are looked up, not held one by one against each pod.
      const index = createBlockIndex([{ blocks: wide }], (inside) => inside.length > 0);
      for (const bucket of buckets.values()) {
        for (const [pod, address] of bucket) if (atAddress(index, address)) found.add(pod);
      }
      return found;
    },
  };
}

function bucketOf(address: IpAddress): number | bigint {
  return address.family === 'IPv4' ? Math.floor(address.value / SIZE_4) : address.value >> BITS_6;
}

/** Whether all of a block lies in one bucket. */
function isNarrow(cidr: Cidr): boolean {
  return bucketOf(firstAddress(cidr)) === bucketOf(lastAddress(cidr));
}
