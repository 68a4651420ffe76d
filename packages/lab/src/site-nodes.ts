import { firstAddress, formatAddress, formatCidr, type Node } from '@ringfence/core';
import type { NodeSpec } from './network/lab-network.ts';
import { isUsable } from './usable-address.ts';

/** Nodes as the network can have them, by name, and what it cannot. */
export interface SiteNodes {
  readonly specs: readonly NodeSpec[];
  readonly problems: readonly string[];
}

/** Leaves out what no network can have: an address that is nobody's, or that another node has. */
export function siteNodes(nodes: readonly Node[]): SiteNodes {
  const holders = new Map<string, string>();
  const problems: string[] = [];
  const specs = nodes.map(({ name, addresses, podRanges }): NodeSpec => {
    const kept = addresses.filter((address) => {
      const text = formatAddress(address);
      const holder = holders.get(text);
      if (isUsable(address) && holder === undefined) {
        holders.set(text, name);
        return true;
      }
      // Who says it twice has it.
      if (holder !== name) {
        const why = holder === undefined ? 'no node can have' : `node \`${holder}\` has, too`;
        problems.push(`Node \`${name}\`: is without ${text}, which ${why}`);
      }
      return false;
    });
    const ranges = new Map(
      podRanges.filter(({ length }) => length > 0).map((range) => [formatCidr(range), range]),
    );
    return {
      name,
      addresses: kept.map((each) => ({ family: each.family, address: formatAddress(each) })),
      podRanges: [...ranges.values()].map((range) => ({
        address: formatAddress(firstAddress(range)),
        prefix: range.length,
      })),
    };
  });
  return { specs, problems };
}
