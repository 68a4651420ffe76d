import { type IpAddress, unreachable } from '@ringfence/core';
import {
  addresses,
  type Link,
  links,
  type LinkAddress,
  type NetlinkSocket,
  type Route,
  type RouteEvent,
  routeEvents,
  routes,
  RT_TABLE_MAIN,
} from '@ringfence/netlink';
import type { Answer } from './ask.ts';
import { createLinkTable } from './link-table.ts';
import { createLinkSorter, type PodLinkRules } from './link-sorter.ts';
import { createRouteCache } from './route-cache.ts';
import { routeTo } from './route-to.ts';
import { isWayOut, standsInNetwork } from './uplink.ts';

/** A node's links and routes, as far as they are about pods. */
export interface HostView {
  /** Reads everything again. */
  load(): void;
  /** Takes in notifications; tells whether anything that matters here may be another now. */
  apply(answers: readonly Answer[]): boolean;
  /** Is called with the index of a link that is not there any more. */
  onLinkGone(callback: (index: number) => void): void;
  /** The pods' links, by name. */
  podLinks(): readonly Link[];
  podLinkNamed(name: string): Link | undefined;
  podLinkAt(index: number): Link | undefined;
  /** The ports of a bridge that are pods'. */
  podPortsOf(bridge: Link): readonly Link[];
  /** The bridge that a pod's link is a port of; the link itself when it is none. */
  outerOf(link: Link): Link;
  /** The pod's link that the route to an address leads to. */
  podLinkTo(address: IpAddress): Link | undefined;
  forget(address: IpAddress): void;
}

const RTM_NEWRULE = 32;
const RTM_DELRULE = 33;

/**
 * Makes a view that knows nothing before it is loaded. It lists once, and then goes by what it is
 * told; where a route leads is asked of the kernel when somebody wants to know.
 */
export function createHostView(socket: NetlinkSocket, rules: PodLinkRules): HostView {
  const table = createLinkTable();
  const sorter = createLinkSorter(table, rules);
  const ways = createRouteCache((address) => routeTo(socket, address));
  let pods: readonly Link[] | undefined;
  let gone: (index: number) => void = () => undefined;

  const ifPod = (link: Link | undefined): Link | undefined =>
    link !== undefined && sorter.isPod(link) ? link : undefined;
  const seeAddress = (address: LinkAddress): boolean => {
    const link = table.byIndex(address.link);
    return link !== undefined && standsInNetwork(link, address) && sorter.leadsAway(link.index);
  };
  const seeRoute = (route: Route): boolean => isWayOut(route) && sorter.leadsAway(route.link);
  const dropLink = (index: number): boolean => {
    sorter.forget(index);
    const lost = ways.linkLost(index);
    gone(index);
    return table.delete(index) || lost;
  };
  const seeLink = (link: Link): boolean => {
    const lost = !link.up && ways.linkLost(link.index);
    return table.set(link) || lost;
  };
  const see = (event: RouteEvent): boolean => {
    const isNew = event.change === 'new';
    switch (event.kind) {
      case 'link':
        return isNew ? seeLink(event.link) : dropLink(event.link.index);
      case 'address':
        // Not every kernel tells of the IPv4 routes that are from an address that goes.
        if (isNew) return seeAddress(event.address);
        return event.address.family === 'IPv4' && ways.clear();
      case 'route': {
        const moved = ways.routeChanged(event.route);
        return (isNew && seeRoute(event.route)) || moved;
      }
      case 'neighbour':
        return false;
      default:
        return unreachable(event);
    }
  };

  return {
    load() {
      const now = links(socket);
      const there = new Set(now.map(({ index }) => index));
      for (const { index } of table.all()) if (!there.has(index)) dropLink(index);
      for (const link of now) seeLink(link);
      for (const address of addresses(socket)) seeAddress(address);
      for (const route of routes(socket, { table: RT_TABLE_MAIN })) seeRoute(route);
      ways.clear();
      pods = undefined;
    },
    apply(answers) {
      let changed = false;
      for (const event of routeEvents(answers)) changed = see(event) || changed;
      const rule = answers.some(({ type }) => type === RTM_NEWRULE || type === RTM_DELRULE);
      if (rule) changed = ways.clear() || changed;
      if (changed) pods = undefined;
      return changed;
    },
    onLinkGone(callback) {
      gone = callback;
    },
    podLinks() {
      pods ??= [...table.all()]
        .filter(sorter.isPod)
        .sort((left, right) => (left.name < right.name ? -1 : 1));
      return pods;
    },
    podLinkNamed: (name) => ifPod(table.byName(name)),
    podLinkAt: (index) => ifPod(table.byIndex(index)),
    podPortsOf: (bridge) => [...table.portsOf(bridge.index)].filter(sorter.isPod),
    outerOf: (link) => sorter.bridgeOf(link) ?? link,
    podLinkTo(address) {
      const way = ways.to(address);
      const link = way === undefined ? undefined : ifPod(table.byIndex(way.link));
      if (way === undefined || link === undefined) return undefined;
      // Behind a range there are many; who is one of them, only a bridge can tell.
      return way.host || link.kind === 'bridge' ? link : undefined;
    },
    forget: (address) => ways.forget(address),
  };
}
