import { type Cluster, type ClusterPod, FAMILIES } from '@ringfence/core';
import { ADVERTISED, bridgeChains, bridgeSets } from '../layout/bridge.ts';
import { familySet, POD_INTERFACES } from '../ruleset/names.ts';
import { inOrder } from '../ruleset/order.ts';
import type { Element, Ruleset } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import { podText } from './pod-text.ts';

/** What a bridge's ruleset depends on beside the cluster. */
export interface BridgeOptions {
  /** Name of the table. */
  readonly table: string;
  /** The port of the bridge behind which a pod of this node is; without one it stays closed. */
  readonly portOf: (pod: ClusterPod) => string | undefined;
  /** Ports that are pods' whatever is known of the pod: whole names, or `veth*`. */
  readonly podInterfaces: readonly string[];
  /** Whether elements say what they are for. */
  readonly comments: boolean;
}

/**
 * Compiles what a node needs beside its other ruleset where its pods are ports of a bridge: there
 * addresses alone bind nobody.
 *
 * What is between ports is judged by the other ruleset only while the kernel hands bridged packets
 * to it (`bridge-nf-call-iptables`, `bridge-nf-call-ip6tables`).
 */
export function compileBridge(cluster: Cluster, node: string, options: BridgeOptions): Ruleset {
  const pods = [...cluster.pods()].filter(
    ({ object, underPolicy, addresses, standIn }) =>
      underPolicy && !standIn && addresses.length > 0 && object.node === node,
  );
  return bridgeRuleset(pods, options);
}

/** The same for who knows the node's pods: those to which policy applies and that have an address. */
export function bridgeRuleset(pods: Iterable<ClusterPod>, options: BridgeOptions): Ruleset {
  const exact = options.podInterfaces.filter((name) => !name.endsWith('*'));
  const elements = new Map<string, readonly Element[]>([
    [
      POD_INTERFACES,
      inOrder(
        [...new Set(exact)].map((name) => ({ key: [name], identity: undefined, comment: '' })),
      ),
    ],
  ]);
  for (const family of FAMILIES) {
    const bound = [...pods].flatMap((pod): readonly Element[] => {
      const port = options.portOf(pod);
      if (port === undefined) return [];
      const comment = options.comments ? commentOf(podText(pod)) : '';
      return pod.addresses
        .filter((address) => address.family === family)
        .map(({ value }) => ({ key: [port, value], identity: undefined, comment }));
    });
    const ordered = inOrder(bound);
    elements.set(familySet('bound', family), ordered);
    if (family === 'IPv6') elements.set(ADVERTISED, ordered);
  }
  return {
    family: 'bridge',
    table: options.table,
    sets: bridgeSets(),
    chains: bridgeChains(options),
    elements,
    closed: [],
  };
}
