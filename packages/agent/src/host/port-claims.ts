import type { Family, IpAddress } from '@ringfence/core';
import type { Link } from '@ringfence/netlink';

type Value = IpAddress['value'];

/** Which addresses the pods behind ports say are theirs. */
export interface PortClaims {
  has(port: Link, address: IpAddress): boolean;
  /**
   * Keeps what a pod has now in a family: what it adds afterwards does not count, so that a pod which
   * is known cannot wait for somebody else's address. The other family may still be on its way.
   */
  settle(port: Link, family: Family): void;
  forget(index: number): void;
  /** Reads anew what is not settled. */
  readAgain(): void;
}

/** Reads each port at most once in a turn of the event loop: many addresses are asked for in one. */
export function createPortClaims(
  addressesBehind: (port: Link) => readonly IpAddress[],
): PortClaims {
  const settled: Readonly<Record<Family, Map<number, ReadonlySet<Value>>>> = {
    IPv4: new Map(),
    IPv6: new Map(),
  };
  const read = new Map<number, ReadonlySet<Value>>();
  const readNow = (port: Link): ReadonlySet<Value> => {
    const before = read.get(port.index);
    if (before !== undefined) return before;
    if (read.size === 0) queueMicrotask(() => read.clear());
    const values = new Set(addressesBehind(port).map(({ value }) => value));
    read.set(port.index, values);
    return values;
  };
  return {
    has: (port, { family, value }) => (settled[family].get(port.index) ?? readNow(port)).has(value),
    settle(port, family) {
      const known = settled[family];
      if (!known.has(port.index)) known.set(port.index, readNow(port));
    },
    forget(index) {
      settled.IPv4.delete(index);
      settled.IPv6.delete(index);
      read.delete(index);
    },
    readAgain: () => read.clear(),
  };
}
