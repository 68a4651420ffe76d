import {
  type BridgeOptions,
  applied,
  bridgeRuleset,
  compileBridge,
  difference,
  type Element,
  type LocalPod,
  POD_INTERFACES,
  type Ruleset,
} from '@ringfence/dataplane';
import { createCluster } from '@ringfence/core';
import type { PodInterfaces } from '../host/pod-interfaces.ts';
import type { Damage } from './damage.ts';
import type { EnforcedTable, Restored } from './kernel-table.ts';
import { isRefusal } from './refusal.ts';

/** What binds the ports of bridges to the addresses of their pods. */
export interface BridgeTable {
  /** Makes the kernel's table what these pods and the ports of now say; none where there are no ports. */
  write(pods: Iterable<LocalPod>): void;
  /**
   * Closes ports of pods that are there by now, and nothing else: what was taken over stays as long
   * as pods are not known.
   */
  close(): void;
  /** Reads the kernel's table back, and makes it what it was last; `undefined` where there was none. */
  repair(damage: Damage): Restored | undefined;
}

/** What the kernel has: what was taken over goes on being in force until pods are known. */
interface Held {
  readonly ruleset: Ruleset;
  readonly from: 'before' | 'us';
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
  let held: Held | undefined = table.adopted && { ruleset: table.adopted, from: 'before' };
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
  const change = (before: Ruleset, after: Ruleset): void => {
    const delta = difference(before, after);
    try {
      if (delta.elements.length > 0) table.write(delta);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      world.log(`the kernel refuses a change of the bridge's table: ${error.message}`);
      table.restore(after);
    }
  };

  return {
    write(pods) {
      if (held?.from !== 'us' && interfaces.podPorts().length === 0) return;
      const after = rulesetOf(pods);
      if (held === undefined) table.install(after);
      else if (held.from === 'before') table.restore(after);
      else change(held.ruleset, after);
      held = { ruleset: after, from: 'us' };
    },
    close() {
      const closed = rulesetOf([]);
      const ports = closed.elements.get(POD_INTERFACES) ?? [];
      if (ports.length === 0) return;
      if (held === undefined) {
        // One of another layout says more than nothing does.
        if (table.hasOther) return;
        table.install(closed);
        held = { ruleset: closed, from: 'us' };
        return;
      }
      const after = withPorts(held.ruleset, ports);
      change(held.ruleset, after);
      held = { ...held, ruleset: after };
    },
    repair(damage) {
      const meant = held?.ruleset;
      return meant && table.repair(() => meant, damage);
    },
  };
}

/** A ruleset that closes these ports, too, and leaves those that it has. */
function withPorts(ruleset: Ruleset, ports: readonly Element[]): Ruleset {
  const set = ruleset.sets.find(({ name }) => name === POD_INTERFACES);
  if (set === undefined) throw new Error('a bridge has ports');
  const known = new Set(ruleset.elements.get(set.name)?.map(({ key: [name] }) => name));
  const come = ports.filter(({ key: [name] }) => !known.has(name));
  return applied(ruleset, { elements: [{ set, gone: [], come }], revokes: false });
}
