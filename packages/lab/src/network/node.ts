import type { IpPrefix } from '@ringfence/netlink';
import type { Fabric } from './fabric.ts';
import { OUTSIDE_GATEWAY } from './outside.ts';
import {
  addDefaultRoute,
  addHostAddress,
  addHostRoute,
  addRangeRoute,
  deleteHostRoute,
  type HostAddress,
  makeStation,
  type Station,
} from './station.ts';
import { setSysctls } from './sysctl.ts';

/** A node: a namespace that forwards between its pods, the other nodes and the outside. */
export interface LabNode {
  readonly name: string;
  readonly addresses: readonly HostAddress[];
  readonly station: Station;
  /** The node's address in a family, through which its pods are reached. */
  address(family: HostAddress['family']): string | undefined;
  /** Learns where another node's address is, or a pod of it. */
  learn(address: HostAddress, via?: string): void;
  /** Learns that all of a range is behind a node. */
  learnRange(range: IpPrefix, via: string): void;
  /** Forgets a pod that is no more. */
  forget(address: HostAddress): void;
  close(): void;
}

/** Makes a node with these addresses and plugs it in. */
export function makeNode(
  fabric: Fabric,
  { name, addresses }: { readonly name: string; readonly addresses: readonly HostAddress[] },
): LabNode {
  const station = makeStation();
  setSysctls(station.namespace, {
    'ipv4/ip_forward': '1',
    'ipv6/conf/default/accept_dad': '0',
    'ipv6/conf/all/accept_dad': '0',
    'ipv6/conf/all/forwarding': '1',
  });
  fabric.plug(station, `node ${name}`);
  const link = station.link('eth0');
  for (const address of addresses) addHostAddress(station, link, address);
  for (const { family, address } of OUTSIDE_GATEWAY) {
    if (!addresses.some((own) => own.family === family)) continue;
    addDefaultRoute(station, link, { family, address });
  }
  return {
    name,
    addresses,
    station,
    address: (family) => addresses.find((own) => own.family === family)?.address,
    learn(address, via) {
      addHostRoute(station, address, { link, ...(via === undefined ? {} : { gateway: via }) });
    },
    learnRange: (range, gateway) => addRangeRoute(station, range, { link, gateway }),
    forget: (address) => deleteHostRoute(station, address),
    close: station.close,
  };
}
