import { currentNamespace, type NetworkNamespace } from '@ringfence/netlink';
import type { EnforcedLab } from '../enforced-lab.ts';
import type { FlowEnd } from './flow.ts';
import { openOutside } from './outside.ts';

/** The network namespaces in which the ends of flows are. */
export interface Places {
  /** @throws {Error} where there is no such pod or node. */
  at(end: FlowEnd): NetworkNamespace;
  close(): void;
}

/** Finds the places of a lab; nodes and the outside are looked for once. */
export function placesOf({ lab, networks }: EnforcedLab): Places {
  const opened = new Map<string, NetworkNamespace>();
  const once = (key: string, open: () => NetworkNamespace): NetworkNamespace => {
    const namespace = opened.get(key) ?? open();
    opened.set(key, namespace);
    return namespace;
  };
  return {
    at(end) {
      if (end.kind === 'outside') return once('outside', openOutside);
      if (end.kind === 'node') {
        return once(`node ${end.name}`, () => {
          const node = networks.get(end.name);
          if (node === undefined) throw new Error(`there is no node ${end.name}`);
          return node.enter(currentNamespace);
        });
      }
      for (const { pod, station } of lab.pods()) {
        if (pod.namespace === end.namespace && pod.name === end.name) return station.namespace;
      }
      throw new Error(`pod ${end.namespace}/${end.name} does not run`);
    },
    close() {
      for (const namespace of opened.values()) namespace.close();
    },
  };
}
