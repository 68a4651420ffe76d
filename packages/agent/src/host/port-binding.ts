import { formatAddress, type IpAddress } from '@ringfence/core';
import type { Link } from '@ringfence/netlink';
import { createPortClaims } from './port-claims.ts';

/** What a binding asks of the node; links that are no pods' are not seen through it. */
export interface PortWorld {
  /** The bridge that the route to an address leads to. */
  bridgeTo(address: IpAddress): Link | undefined;
  portsOf(bridge: Link): readonly Link[];
  linkAt(index: number): Link | undefined;
  linkNamed(name: string): Link | undefined;
  /** The port behind which an address is for good, by what only the node itself can say. */
  fixedPort(bridge: Link, address: IpAddress): number | undefined;
  /** The addresses that a pod has in its own namespace; none where pods are not believed. */
  addressesBehind(port: Link): readonly IpAddress[];
  /** Is called when an address is asked for in vain for the first time. */
  missing(): void;
}

/** Behind which port of a bridge each address is; what is once bound stays until it is released. */
export interface PortBinding {
  /** The port; `undefined` while it is not known, or not for sure. */
  portOf(address: IpAddress): Link | undefined;
  /** What somebody told outright, whether the link is there or not. */
  toldOf(address: IpAddress): string | undefined;
  tell(address: IpAddress, name: string): void;
  release(address: IpAddress): void;
  /** Looks again for what was asked for in vain; tells whether any of it was found. */
  retry(): boolean;
  /** Whether anything was asked for in vain. */
  waits(): boolean;
  /** Forgets a link that is not there any more: another one may get its index. */
  linkGone(index: number): void;
  problems(): readonly string[];
}

type Value = IpAddress['value'];

/** Makes a binding that knows nothing yet. */
export function createPortBinding(world: PortWorld): PortBinding {
  const told = new Map<Value, string>();
  const bound = new Map<Value, number>();
  const wanted = new Map<Value, IpAddress>();
  const conflicts = new Map<Value, string>();
  const claims = createPortClaims(world.addressesBehind);

  const claimed = (bridge: Link, address: IpAddress): Link | undefined => {
    const ports = world.portsOf(bridge).filter((port) => claims.has(port, address));
    conflicts.delete(address.value);
    if (ports.length > 1) conflicts.set(address.value, conflictOf(address, ports));
    return ports.length === 1 ? ports[0] : undefined;
  };
  const fixed = (bridge: Link, address: IpAddress): Link | undefined => {
    const index = world.fixedPort(bridge, address);
    const port = index === undefined ? undefined : world.linkAt(index);
    return port?.master === bridge.index ? port : undefined;
  };
  const still = (bridge: Link, address: IpAddress): Link | undefined => {
    const index = bound.get(address.value);
    const port = index === undefined ? undefined : world.linkAt(index);
    return port?.master === bridge.index ? port : undefined;
  };
  const find = (address: IpAddress): Link | undefined => {
    const name = told.get(address.value);
    if (name !== undefined) return world.linkNamed(name);
    const bridge = world.bridgeTo(address);
    if (bridge === undefined) return undefined;
    return still(bridge, address) ?? fixed(bridge, address) ?? claimed(bridge, address);
  };
  const portOf = (address: IpAddress): Link | undefined => {
    const port = find(address);
    if (port === undefined) {
      // All else that may be missing comes with a notification.
      if (world.bridgeTo(address) !== undefined && !wanted.has(address.value)) {
        wanted.set(address.value, address);
        world.missing();
      }
      return undefined;
    }
    wanted.delete(address.value);
    conflicts.delete(address.value);
    bound.set(address.value, port.index);
    claims.settle(port, address.family);
    return port;
  };

  return {
    portOf,
    toldOf: (address) => told.get(address.value),
    tell(address, name) {
      told.set(address.value, name);
      conflicts.delete(address.value);
    },
    release({ value }) {
      for (const each of [told, bound, wanted, conflicts]) each.delete(value);
    },
    retry() {
      claims.readAgain();
      return [...wanted.values()].filter((address) => portOf(address) !== undefined).length > 0;
    },
    waits: () => wanted.size > 0,
    linkGone(index) {
      claims.forget(index);
      for (const [value, port] of bound) if (port === index) bound.delete(value);
    },
    problems: () => [...conflicts.values()],
  };
}

function conflictOf(address: IpAddress, ports: readonly Link[]): string {
  const names = ports.map(({ name }) => name).join(', ');
  return `${formatAddress(address)} is closed: the pods behind ${names} all have it; delete the pods that it was not given to`;
}
