import {
  addAddress,
  addRoute,
  deleteRoute,
  type IpFamily,
  type IpPrefix,
  linkNamed,
  makeNamespace,
  type NetlinkSocket,
  type NetworkNamespace,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { setSysctls, type Sysctls } from './sysctl.ts';

/** A network namespace of the lab, with a line to its kernel: a node, a pod, the outside. */
export interface Station {
  readonly namespace: NetworkNamespace;
  readonly route: NetlinkSocket;
  /** The index of an interface that must be there. */
  link(name: string): number;
  close(): void;
}

/**
 * Looks for neighbours on an interface again sooner than after a second: who has just come does not
 * always hear at once that somebody looks for its address.
 */
export function lookQuickly({ namespace }: Pick<Station, 'namespace'>, link: string): void {
  setSysctls(namespace, {
    [`ipv4/neigh/${link}/retrans_time_ms`]: '50',
    [`ipv6/neigh/${link}/retrans_time_ms`]: '50',
  });
}

/**
 * Makes the kernel take note that an interface has a carrier now, as it does for whoever asks. It
 * would sometime within a second, and drop packets until then.
 */
export function noteCarrier({ link }: Pick<Station, 'link'>, name: string): void {
  link(name);
}

/** An address in one family, as text. */
export interface HostAddress {
  readonly family: IpFamily;
  readonly address: string;
}

/** Nobody else can have an address here: none is looked for before it is used. */
const QUICK: Sysctls = {
  'ipv6/conf/default/accept_dad': '0',
  'ipv6/conf/all/accept_dad': '0',
};

/** Makes a station whose loopback interface is up. */
export function makeStation(): Station {
  const namespace = makeNamespace();
  setSysctls(namespace, QUICK);
  const route = openRouteSocket(namespace);
  const link = (name: string): number => {
    const found = linkNamed(route, name);
    if (found === undefined) throw new Error(`there is no interface ${name}`);
    return found.index;
  };
  setLink(route, link('lo'), { up: true });
  return {
    namespace,
    route,
    link,
    close() {
      route.close();
      namespace.close();
    },
  };
}

/** The length of a prefix that is one address. */
const HOST_PREFIX: Readonly<Record<IpFamily, number>> = { IPv4: 32, IPv6: 128 };

/** Gives an interface an address of its own, with nothing around it. */
export function addHostAddress(
  { route }: Station,
  link: number,
  { family, address }: HostAddress,
): void {
  // Nobody else can have it: duplicate address detection would only delay its use.
  addAddress(route, { link, address, prefix: HOST_PREFIX[family], noDad: true });
}

/** Leads to one address no more. */
export function deleteHostRoute({ route }: Station, { family, address }: HostAddress): void {
  deleteRoute(route, { destination: { address, prefix: HOST_PREFIX[family] } });
}

/** Where a route leads. */
export interface Way {
  readonly link: number;
  /** Absent: the address is on the link itself. */
  readonly gateway?: string;
  /** The address that the station's own packets are sent from; absent: as the kernel chooses. */
  readonly source?: string | undefined;
}

/** Leads to one address, directly over a link or through a gateway on it. */
export function addHostRoute(station: Station, { family, address }: HostAddress, way: Way): void {
  addRangeRoute(station, { address, prefix: HOST_PREFIX[family] }, way);
}

/** Leads to a range of addresses, directly over a link or through a gateway on it. */
export function addRangeRoute(
  { route }: Station,
  destination: IpPrefix,
  { link, gateway, source }: Way,
): void {
  addRoute(route, {
    link,
    destination,
    replace: true,
    ...(gateway === undefined ? { scope: 'link' } : { gateway, onLink: true }),
    ...(source === undefined ? {} : { source }),
  });
}

/** Leads everything that nothing else leads through a gateway on a link. */
export function addDefaultRoute(
  { route }: Station,
  link: number,
  { family, address }: HostAddress,
): void {
  addRoute(route, { destination: EVERYTHING[family], link, gateway: address, onLink: true });
}

/** Every address of a family. */
export const EVERYTHING: Readonly<Record<IpFamily, IpPrefix>> = {
  IPv4: { address: '0.0.0.0', prefix: 0 },
  IPv6: { address: '::', prefix: 0 },
};
