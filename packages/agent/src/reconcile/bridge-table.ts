import {
  type BridgeOptions,
  bridgeRuleset,
  compileBridge,
  difference,
  type LocalPod,
  type Ruleset,
} from '@ringfence/dataplane';
import { createCluster } from '@ringfence/core';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import { type EnforcedTable, isRefusal } from './kernel-table.ts';

/** What binds the ports of bridges to the addresses of their pods. */
export interface BridgeTable {
  /** Makes the kernel's table what these pods and the ports of now say; none where there are no ports. */
  write(pods: Iterable<LocalPod>): void;
}

/** A bridge's ruleset without elements. */
export function bridgeLayout(table: string): Ruleset {
  const options = { table, portOf: () => undefined, podInterfaces: [], comments: false };
  return compileBridge(createCluster(), '', options);
}

/** Keeps a bridge's table; it is made when the first pod is a port of a bridge. */
export function createBridgeTable(world: {
  readonly table: EnforcedTable;
  readonly name: string;
  readonly interfaces: PodInterfaces;
  readonly log: (message: string) => void;
}): BridgeTable {
  const { table, interfaces } = world;
  let before: Ruleset | undefined;
  const rulesetOf = (pods: Iterable<LocalPod>): Ruleset => {
    const options: BridgeOptions = {
      table: world.name,
      portOf: ({ addresses: [address] }) => address && interfaces.portOf(address),
      podInterfaces: interfaces.podPorts(),
      comments: true,
    };
    return bridgeRuleset(
      [...pods].map(({ pod }) => pod),
      options,
    );
  };
  return {
    write(pods) {
      if (before === undefined && interfaces.podPorts().length === 0) return;
      const after = rulesetOf(pods);
      if (before === undefined) {
        if (table.adopted === undefined) table.install(after);
        else table.restore(after);
      } else {
        const delta = difference(before, after);
        try {
          if (delta.elements.length > 0) table.write(delta);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          world.log(`the kernel refuses a change of the bridge's table: ${error.message}`);
          table.restore(after);
        }
      }
      before = after;
    },
  };
}
