import type { IpFamily } from '@ringfence/netlink';
import type { Plugged } from './fabric.ts';
import type { LabNode } from './node.ts';
import type { Station, Way } from './station.ts';
import type { Tunnels } from './tunnels.ts';

/** Somebody who is to find the pods of a node, and how. */
export interface PodWay {
  readonly station: Station;
  readonly way: Way;
}

/** Who finds a node's pods of a family, and how. */
export type PodWays = (node: LabNode, family: IpFamily) => readonly PodWay[];

/**
 * How pods are found: from the outside by their node's address in their family, if it has one, and
 * from other nodes so, too, or else through tunnels, whatever addresses their node has.
 */
export function podWays({
  nodes,
  outside,
  tunnels,
}: {
  readonly nodes: readonly LabNode[];
  readonly outside: Plugged;
  readonly tunnels: Tunnels | undefined;
}): PodWays {
  if (tunnels === undefined) return plainWays([outside, ...nodes]);
  const [plain, tunnelled] = [plainWays([outside]), tunnelWays(tunnels)];
  return (node, family) => [...plain(node, family), ...tunnelled(node, family)];
}

function plainWays(everyone: readonly Plugged[]): PodWays {
  return (node, family) => {
    const gateway = node.address(family);
    if (gateway === undefined) return [];
    return everyone
      .filter((each) => each !== node)
      .map(({ station, uplink }) => ({ station, way: { link: uplink, gateway } }));
  };
}

function tunnelWays({ ends }: Tunnels): PodWays {
  const gateways = new Map(ends.map(({ node, gateway }) => [node, gateway]));
  return (node, family) => {
    const gateway = gateways.get(node);
    if (gateway === undefined) throw new Error(`node ${node.name} has no tunnel`);
    return ends
      .filter((end) => end.node !== node)
      .map((end) => ({
        station: end.node.station,
        // Nodes are known by their addresses, and a VXLAN has none.
        way: { link: end.link, gateway, source: end.node.address(family) },
      }));
  };
}
