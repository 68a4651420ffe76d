import { type IpAddress, parseAddress } from '@ringfence/core';
import type { Route } from '@ringfence/netlink';

/** Where a route leads: to which link, and whether it is for one address alone. */
interface Way {
  readonly link: number;
  readonly host: boolean;
}

/** The ways to addresses that were asked for, until something happens that may change them. */
export interface RouteCache {
  /** The way to an address, if no gateway is on it; `undefined` when there is none. */
  to(address: IpAddress): Way | undefined;
  /** A route came, changed or went; tells whether an answer may be another now. */
  routeChanged(route: Route): boolean;
  /** A link went, or went down: the kernel says nothing of the IPv4 routes that go with it. */
  linkLost(link: number): boolean;
  /** Anything may be another now. */
  clear(): boolean;
  forget(address: IpAddress): void;
}

interface Entry {
  readonly address: IpAddress;
  readonly way: Way | undefined;
}

/** Asks `find` once for each address, and again when its answer may have changed. */
export function createRouteCache(find: (address: IpAddress) => Route | undefined): RouteCache {
  const entries = new Map<IpAddress['value'], Entry>();
  const byLink = new Map<number, Set<IpAddress['value']>>();

  const drop = ({ address, way }: Entry): void => {
    entries.delete(address.value);
    if (way === undefined) return;
    const siblings = byLink.get(way.link);
    siblings?.delete(address.value);
    if (siblings?.size === 0) byLink.delete(way.link);
  };
  const dropAll = (which: readonly Entry[]): boolean => {
    for (const entry of which) drop(entry);
    return which.length > 0;
  };
  const known = (value: IpAddress['value']): readonly Entry[] => {
    const entry = entries.get(value);
    return entry === undefined ? [] : [entry];
  };

  return {
    to(address) {
      const before = entries.get(address.value);
      if (before !== undefined) return before.way;
      const way = wayOf(find(address));
      entries.set(address.value, { address, way });
      if (way !== undefined) {
        byLink.set(way.link, (byLink.get(way.link) ?? new Set()).add(address.value));
      }
      return way;
    },
    routeChanged({ family, destination }) {
      const parsed = parseAddress(destination.address);
      // An address that core reads as one of another family is nobody's here.
      if (parsed.kind === 'failed' || parsed.value.address.family !== family) return false;
      const first = parsed.value.address;
      if (destination.prefix === bitsOf(first)) return dropAll(known(first.value));
      return dropAll(
        [...entries.values()].filter(({ address }) => inside(address, first, destination.prefix)),
      );
    },
    linkLost: (link) => dropAll([...(byLink.get(link) ?? [])].flatMap(known)),
    clear: () => dropAll([...entries.values()]),
    forget: (address) => void dropAll(known(address.value)),
  };
}

/** Redirects and router advertisements. */
const FROM_THE_WIRE: ReadonlySet<number> = new Set([1, 9]);
const RTPROT_KERNEL = 2;

/**
 * What a pod can make the node believe does not count: what comes from the wire, and an IPv6 route
 * to one address that the kernel made, which it also does for advertised prefixes of that length.
 */
function wayOf(route: Route | undefined): Way | undefined {
  if (route === undefined || route.link === 0 || route.gateway !== '') return undefined;
  const { family, destination, link, protocol } = route;
  if (FROM_THE_WIRE.has(protocol)) return undefined;
  const host = destination.prefix === (family === 'IPv4' ? 32 : 128);
  if (host && family === 'IPv6' && protocol === RTPROT_KERNEL) return undefined;
  return { link, host };
}

function bitsOf({ family }: IpAddress): number {
  return family === 'IPv4' ? 32 : 128;
}

function inside(address: IpAddress, first: IpAddress, prefix: number): boolean {
  if (address.family === 'IPv4' && first.family === 'IPv4') {
    const size = 2 ** (32 - prefix);
    return Math.floor(address.value / size) === Math.floor(first.value / size);
  }
  if (address.family === 'IPv6' && first.family === 'IPv6') {
    const shift = BigInt(128 - prefix);
    return address.value >> shift === first.value >> shift;
  }
  return false;
}
