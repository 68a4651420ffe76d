import type { Link } from '@ringfence/netlink';
import type { LinkTable } from './link-table.ts';
import { matchesName } from './name-patterns.ts';

/** Which links are pods', by name: whole names, or `veth*`. */
export interface PodLinkRules {
  /** Empty: veths whose other end is in another namespace. */
  readonly podInterfaces: readonly string[];
  /** Never pods', and neither are the ports of such a bridge. */
  readonly exclude: readonly string[];
}

/** Tells pods' links from others. */
export interface LinkSorter {
  isPod(link: Link): boolean;
  /** The bridge that a link is a port of. */
  bridgeOf(link: Link): Link | undefined;
  /**
   * Takes note that a link leads away from the node; tells whether that is new. It stays so for as
   * long as the link is there: a node whose default route is away for a moment must not take its
   * uplink for a pod's.
   */
  leadsAway(index: number): boolean;
  /** Forgets a link that is not there any more. */
  forget(index: number): void;
}

/** Makes a sorter for the links of a table. Names that people give go before all that is found. */
export function createLinkSorter(table: LinkTable, rules: PodLinkRules): LinkSorter {
  const away = new Set<number>();
  const named = rules.podInterfaces.length > 0;

  const barred = ({ name, index }: Link): boolean =>
    matchesName(rules.exclude, name) || (!named && away.has(index));
  const isPodEnd = (link: Link): boolean => {
    if (barred(link)) return false;
    if (named) return matchesName(rules.podInterfaces, link.name);
    return link.kind === 'veth' && link.peerNamespaceId >= 0;
  };
  const bridgeOf = ({ master }: Link): Link | undefined => {
    const link = table.byIndex(master);
    return link?.kind === 'bridge' ? link : undefined;
  };

  return {
    bridgeOf,
    isPod(link) {
      if (isPodEnd(link)) {
        const bridge = bridgeOf(link);
        return bridge === undefined || !barred(bridge);
      }
      if (link.kind !== 'bridge' || barred(link)) return false;
      for (const port of table.portsOf(link.index)) if (isPodEnd(port)) return true;
      return false;
    },
    leadsAway(index) {
      if (away.has(index)) return false;
      away.add(index);
      return true;
    },
    forget: (index) => void away.delete(index),
  };
}
