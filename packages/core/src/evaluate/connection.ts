import type { Protocol } from '../objects/object.ts';
import type { Family, IpAddress } from '../sets/address.ts';

/**
 * An attempt to connect: the first packet, as policy sees it (after a Service's translation of the
 * destination, before any translation of the source).
 */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** `other` is everything without ports: ICMP echo and so on; `port` is then 0. */
  readonly protocol: Protocol | 'other';
  /** The destination's port, 1..65535. */
  readonly port: number;
  /** `any` where addresses do not matter to the asker: only what labels decide is answered. */
  readonly family: Family | 'any';
  /** The client used a Service's address: the tiers then also apply to a pod that meets itself. */
  readonly viaService: boolean;
}

/**
 * One end of a connection.
 *
 * `address` is looked up: it may turn out to be a pod's, a node's, or outside the cluster.
 * `node` is the node itself (a host process, a kubelet's probe).
 */
export type Endpoint =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'address'; readonly address: IpAddress };
