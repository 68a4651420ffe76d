import type { IpAddress } from '@ringfence/core';
import type { Link } from '@ringfence/netlink';

/**
 * At which link each address was first found. A pod stays where it is: who is found elsewhere with its
 * address is another pod, of whom nobody has told yet, and must not be taken for it.
 */
export interface Places {
  /** The link where an address is now; `undefined` where it was at another one before. */
  keep(address: IpAddress, now: Link | undefined): Link | undefined;
  /** Forgets where an address was: wherever it is found next is its place. */
  forget(address: IpAddress): void;
  /** A link is not there any more: another one may get its index, and is another place. */
  linkGone(index: number): void;
}

/** No link has it. */
const NOWHERE = 0;

/** Makes an empty collection. */
export function createPlaces(): Places {
  const places = new Map<IpAddress['value'], number>();
  return {
    keep({ value }, now) {
      if (now === undefined) return undefined;
      const before = places.get(value);
      if (before === undefined) places.set(value, now.index);
      return before === undefined || before === now.index ? now : undefined;
    },
    forget: ({ value }) => void places.delete(value),
    linkGone(index) {
      for (const [value, place] of places) if (place === index) places.set(value, NOWHERE);
    },
  };
}
