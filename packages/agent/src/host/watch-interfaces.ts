import type { IpAddress } from '@ringfence/core';
import {
  type Link,
  type NetlinkSocket,
  type NetworkNamespace,
  NotificationsLost,
  openRouteSocket,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
} from '@ringfence/netlink';
import { fixedPort } from './fixed-place.ts';
import { createHostView, type HostView } from './host-view.ts';
import { addressesBehind } from './namespace-addresses.ts';
import type { PodInterfaces } from './pod-interfaces.ts';
import { createPlaces, type Places } from './places.ts';
import { createPortBinding, type PortBinding } from './port-binding.ts';
import { createRetry } from './retry.ts';

/** How the links of a node are told apart. */
export interface WatchOptions {
  /** Whole names, or `veth*`; empty: veths whose other end is in another namespace. */
  readonly podInterfaces: readonly string[];
  /** Links that are never pods', and bridges whose ports are not: whole names, or `veth*`. */
  readonly exclude: readonly string[];
  /**
   * On a bridge, what counts for whose address is whose. `node`: permanent neighbours with a sticky
   * entry of the bridge, which no pod can make. `pods`: where those say nothing also what a pod has
   * configured in its own namespace, which a pod needs `NET_ADMIN` to forge.
   */
  readonly believe: 'node' | 'pods';
  /** Absent: the one that this process is in. */
  readonly namespace?: NetworkNamespace;
}

const RTNLGRP_IPV4_RULE = 8;
const RTNLGRP_IPV6_RULE = 19;

/**
 * Neighbours are not among them: a pod makes as many of those as it likes, and what it says of itself
 * does not count here.
 */
const GROUPS = [
  RTNLGRP_LINK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_RULE,
];

/**
 * Follows which links of a node are pods'. All is read before it returns, and what happens later is
 * taken in as it is told: the work for an event does not grow with the number of links.
 *
 * Veths that lead away from the node, as those of nodes that are namespaces themselves, are told
 * apart by what only an administrator makes: a default route over them, or an IPv4 address with a
 * network around it.
 */
export function watchInterfaces(options: WatchOptions): PodInterfaces {
  const listener = openRouteSocket(options.namespace);
  const socket = openRouteSocket(options.namespace);
  const stopped = new AbortController();
  const view = createHostView(socket, options);
  let tell: () => void = () => undefined;
  const retry = createRetry(() => {
    if (binding.retry()) tell();
    return binding.waits();
  });
  const binding = bindingOn({ view, socket, believe: options.believe, missing: retry.soon });
  const places = { routed: createPlaces(), behind: createPlaces() };
  view.onLinkGone((index) => {
    binding.linkGone(index);
    places.routed.linkGone(index);
    places.behind.linkGone(index);
  });
  for (const group of GROUPS) listener.join(group);
  view.load();

  const changed = (): void => {
    tell();
    if (binding.waits()) retry.soon();
  };
  const ended = follow({ listener, view, changed, signal: stopped.signal }).finally(() => {
    retry.stop();
    listener.close();
    socket.close();
  });

  return {
    ...questions(view, binding, places),
    changes(callback) {
      tell = callback;
    },
    ended,
    close() {
      retry.stop();
      stopped.abort();
    },
  };
}

function questions(
  view: HostView,
  binding: PortBinding,
  { routed, behind }: { readonly routed: Places; readonly behind: Places },
): Omit<PodInterfaces, 'changes' | 'ended' | 'close'> {
  const linkOf = (address: IpAddress): Link | undefined => {
    const told = binding.toldOf(address);
    if (told !== undefined) return view.podLinkNamed(told);
    return routed.keep(address, view.podLinkTo(address));
  };
  const portOf = (address: IpAddress): Link | undefined => {
    const port = binding.portOf(address);
    return binding.toldOf(address) === undefined ? behind.keep(address, port) : port;
  };
  const isPort = (link: Link): boolean => view.outerOf(link) !== link;
  return {
    isPod: (name) => view.podLinkNamed(name) !== undefined,
    interfaceOf(address) {
      const link = linkOf(address);
      return link === undefined ? undefined : view.outerOf(link).name;
    },
    portOf(address) {
      const port = portOf(address);
      return port !== undefined && isPort(port) ? port.name : undefined;
    },
    lacksPort: (address) => linkOf(address)?.kind === 'bridge' && portOf(address) === undefined,
    pin: binding.tell,
    reconsider(address) {
      const [link, port] = [linkOf(address), portOf(address)];
      if (link === undefined) routed.forget(address);
      if (port === undefined) behind.forget(address);
      return link === undefined || (port === undefined && link.kind === 'bridge');
    },
    release(address) {
      binding.release(address);
      view.forget(address);
      routed.release(address);
      behind.release(address);
    },
    podInterfaces: () => view.podLinks().map(({ name }) => name),
    podPorts: () =>
      view
        .podLinks()
        .filter(isPort)
        .map(({ name }) => name),
    problems: binding.problems,
  };
}

function bindingOn({
  view,
  socket,
  believe,
  missing,
}: {
  readonly view: HostView;
  readonly socket: NetlinkSocket;
  readonly believe: WatchOptions['believe'];
  readonly missing: () => void;
}): PortBinding {
  return createPortBinding({
    bridgeTo(address) {
      const link = view.podLinkTo(address);
      return link?.kind === 'bridge' ? link : undefined;
    },
    portsOf: view.podPortsOf,
    linkAt: view.podLinkAt,
    linkNamed: view.podLinkNamed,
    fixedPort: (bridge, address) => fixedPort(socket, bridge.index, address),
    addressesBehind: (port) => (believe === 'pods' ? addressesBehind(socket, port) : []),
    missing,
  });
}

async function follow({
  listener,
  view,
  changed,
  signal,
}: {
  readonly listener: NetlinkSocket;
  readonly view: HostView;
  readonly changed: () => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const answers of listener.notifications({ signal })) {
        if (view.apply(answers)) changed();
      }
    } catch (error) {
      if (!(error instanceof NotificationsLost)) throw error;
      view.load();
      changed();
    }
  }
}
