import type { Link } from '@ringfence/netlink';

/** The links of a node, found by index, by name and by bridge. */
export interface LinkTable {
  byIndex(index: number): Link | undefined;
  byName(name: string): Link | undefined;
  /** The links that are ports of a bridge. */
  portsOf(bridge: number): Iterable<Link>;
  all(): Iterable<Link>;
  /** Takes in a link as it is now; tells whether anything that matters here is another. */
  set(link: Link): boolean;
  /** Forgets a link; tells whether it was known. */
  delete(index: number): boolean;
}

/** Makes a table without links. */
export function createLinkTable(): LinkTable {
  const byIndex = new Map<number, Link>();
  const byName = new Map<string, Link>();
  const ports = new Map<number, Map<number, Link>>();

  const forget = (link: Link): void => {
    byIndex.delete(link.index);
    // Another link may have taken the name since.
    if (byName.get(link.name)?.index === link.index) byName.delete(link.name);
    const siblings = ports.get(link.master);
    siblings?.delete(link.index);
    if (siblings?.size === 0) ports.delete(link.master);
  };

  return {
    byIndex: (index) => byIndex.get(index),
    byName: (name) => byName.get(name),
    portsOf: (bridge) => ports.get(bridge)?.values() ?? [],
    all: () => byIndex.values(),
    set(link) {
      const before = byIndex.get(link.index);
      if (before !== undefined) forget(before);
      byIndex.set(link.index, link);
      byName.set(link.name, link);
      if (link.master !== 0) {
        const siblings = ports.get(link.master) ?? new Map<number, Link>();
        ports.set(link.master, siblings.set(link.index, link));
      }
      return before === undefined || !sameForUs(before, link);
    },
    delete(index) {
      const link = byIndex.get(index);
      if (link !== undefined) forget(link);
      return link !== undefined;
    },
  };
}

function sameForUs(left: Link, right: Link): boolean {
  return (
    left.name === right.name &&
    left.kind === right.kind &&
    left.up === right.up &&
    left.master === right.master &&
    left.peerIndex === right.peerIndex &&
    left.peerNamespaceId === right.peerNamespaceId
  );
}
