import type { IpAddress } from '@ringfence/core';
import type { Link } from '@ringfence/netlink';

/**
 * At which link each address was first found. A pod stays where it is: who is found elsewhere with its
 * address is another pod, of whom nobody has told yet, and must not be taken for it.
 */
export interface Places {
  /** The link where an address is now; `undefined` where it was at another one before. */
  keep(address: IpAddress, now: Link | undefined): Link | undefined;
  /** Its pod was told of again: wherever the address is found next is its place. */
  forget(address: IpAddress): void;
  /** Its pod is gone. Where that was, the next one is only as long as it is found nowhere else. */
  release(address: IpAddress): void;
  /** A link is not there any more: another one may get its index, and is another place. */
  linkGone(index: number): void;
}

/** No link has it. */
const NOWHERE = 0;

interface Place {
  readonly index: number;
  /** It is where the pod before was, whose link may only not be gone yet. */
  readonly isInherited: boolean;
}

/** Makes an empty collection. */
export function createPlaces(): Places {
  type Value = IpAddress['value'];
  const places = new Map<Value, Place>();
  /** Where addresses were whose pods are gone. */
  const left = new Map<Value, number>();
  return {
    keep({ value }, now) {
      if (now === undefined) return undefined;
      const before = places.get(value);
      if (before?.index === now.index) return now;
      if (before !== undefined && !before.isInherited) return undefined;
      places.set(value, { index: now.index, isInherited: left.get(value) === now.index });
      return now;
    },
    forget({ value }) {
      places.delete(value);
      left.delete(value);
    },
    release({ value }) {
      const place = places.get(value);
      places.delete(value);
      if (place !== undefined && place.index !== NOWHERE) left.set(value, place.index);
    },
    linkGone(index) {
      for (const [value, place] of places) {
        if (place.index !== index) continue;
        if (place.isInherited) places.delete(value);
        else places.set(value, { index: NOWHERE, isInherited: false });
      }
      for (const [value, place] of left) if (place === index) left.delete(value);
    },
  };
}
