import type { Fabric, Plugged } from './fabric.ts';
import type { NamespaceNames } from './namespace-names.ts';
import { OUTSIDE_GATEWAY } from './outside.ts';
import { addDefaultRoute, addHostAddress, type HostAddress, makeStation } from './station.ts';
import { setSysctls } from './sysctl.ts';

/** A node: a namespace that forwards between its pods, the other nodes and the outside. */
export interface LabNode extends Plugged {
  readonly name: string;
  readonly addresses: readonly HostAddress[];
  /** The name of its network namespace for `ip netns`; `undefined` where none are named. */
  readonly netns: string | undefined;
  /** The node's address in a family. */
  address(family: HostAddress['family']): string | undefined;
  close(): void;
}

/** Makes a node with these addresses and plugs it in. */
export function makeNode(
  fabric: Fabric,
  names: NamespaceNames,
  { name, addresses }: { readonly name: string; readonly addresses: readonly HostAddress[] },
): LabNode {
  const station = makeStation();
  setSysctls(station.namespace, {
    'ipv4/ip_forward': '1',
    'ipv6/conf/all/forwarding': '1',
  });
  const uplink = fabric.plug(station, `node ${name}`);
  for (const address of addresses) addHostAddress(station, uplink, address);
  for (const { family, address } of OUTSIDE_GATEWAY) {
    if (!addresses.some((own) => own.family === family)) continue;
    addDefaultRoute(station, uplink, { family, address });
  }
  const netns = names.give(station.namespace, { kind: 'node', name });
  return {
    name,
    addresses,
    station,
    uplink,
    netns,
    address: (family) => addresses.find((own) => own.family === family)?.address,
    close() {
      names.take(netns);
      station.close();
    },
  };
}
