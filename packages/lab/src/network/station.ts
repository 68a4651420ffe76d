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

/** A network namespace of the lab, with a line to its kernel: a node, a pod, the outside. */
export interface Station {
  readonly namespace: NetworkNamespace;
  readonly route: NetlinkSocket;
  /** The index of an interface that must be there. */
  link(name: string): number;
  close(): void;
}

/** An address in one family, as text. */
export interface HostAddress {
  readonly family: IpFamily;
  readonly address: string;
}

/** Makes a station whose loopback interface is up. */
export function makeStation(): Station {
  const namespace = makeNamespace();
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

/** Leads to one address, directly over a link or through a gateway on it. */
export function addHostRoute(
  { route }: Station,
  { family, address }: HostAddress,
  { link, gateway }: Way,
): void {
  addRoute(route, {
    link,
    destination: { address, prefix: HOST_PREFIX[family] },
    replace: true,
    ...(gateway === undefined ? { scope: 'link' } : { gateway, onLink: true }),
  });
}

/** Leads to a range of addresses through a gateway on a link. */
export function addRangeRoute(
  { route }: Station,
  destination: IpPrefix,
  way: { readonly link: number; readonly gateway: string },
): void {
  addRoute(route, { ...way, destination, onLink: true, replace: true });
}

/** Where a route leads. */
interface Way {
  readonly link: number;
  /** Absent: the address is on the link itself. */
  readonly gateway?: string;
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
