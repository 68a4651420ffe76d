import {
  type Cidr,
  firstAddress,
  formatAddress,
  type IpAddress,
  type ObjectRef,
  refKey,
} from '@ringfence/core';
import { count } from './count.ts';
import { objectText, type Problem } from './problem.ts';

/** Who has which address, whether a manifest states it or it was given. */
export interface AddressBook {
  /** As often as an address is entered for somebody, it must be struck out again. */
  enter(holder: ObjectRef, addresses: readonly IpAddress[]): void;
  strike(holder: ObjectRef, addresses: readonly IpAddress[]): void;
  isFree(address: IpAddress): boolean;
  /** Whether nobody has an address near the block: in its IPv4 /24 or its IPv6 /64. */
  isBlockFree(block: Cidr): boolean;
  /** One problem for each of those who have an address that somebody else has too. */
  clashes(): readonly Problem[];
  /** How many addresses somebody has. */
  size(): number;
}

interface Holding {
  readonly holder: ObjectRef;
  readonly times: number;
}

interface Entry {
  readonly address: IpAddress;
  readonly holdings: Map<string, Holding>;
}

const NEAR_4 = 256;
const NEAR_6 = 64n;

/** Makes a book without entries. */
export function createAddressBook(): AddressBook {
  // A bigint and a number are different keys, so the families never meet.
  const entries = new Map<number | bigint, Entry>();
  const near = new Map<number | bigint, number>();
  const shared = new Set<Entry>();

  const change = (holder: ObjectRef, address: IpAddress, difference: 1 | -1): void => {
    const entry = entries.get(address.value) ?? { address, holdings: new Map<string, Holding>() };
    const key = refKey(holder);
    const times = (entry.holdings.get(key)?.times ?? 0) + difference;
    if (times === 0) entry.holdings.delete(key);
    else entry.holdings.set(key, { holder, times });
    if (entry.holdings.size === 0) entries.delete(address.value);
    else entries.set(address.value, entry);
    if (entry.holdings.size > 1) shared.add(entry);
    else shared.delete(entry);
    count(near, nearOf(address), difference);
  };

  return {
    enter(holder, addresses) {
      for (const address of addresses) change(holder, address, 1);
    },
    strike(holder, addresses) {
      for (const address of addresses) change(holder, address, -1);
    },
    isFree: ({ value }) => !entries.has(value),
    isBlockFree: (block) => !near.has(nearOf(firstAddress(block))),
    clashes: () => [...shared].flatMap(clashesOf),
    size: () => entries.size,
  };
}

function nearOf(address: IpAddress): number | bigint {
  return address.family === 'IPv4' ? Math.floor(address.value / NEAR_4) : address.value >> NEAR_6;
}

function clashesOf({ address, holdings }: Entry): readonly Problem[] {
  const holders = [...holdings.values()].map(({ holder }) => holder);
  return holders.map((ref) => {
    const others = holders.filter((other) => other !== ref).map(objectText);
    return {
      ref,
      message: `has the address \`${formatAddress(address)}\`, which ${others.sort().join(' and ')} ${others.length === 1 ? 'has' : 'have'} too`,
    };
  });
}
