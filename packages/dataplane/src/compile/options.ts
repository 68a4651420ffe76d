import type { ClusterPod } from '@ringfence/core';

/** What a node's ruleset depends on beside the cluster. */
export interface CompileOptions {
  /** Name of the table. */
  readonly table: string;
  /** The interface through which a pod of this node sends; without one it stays closed. */
  readonly interfaceOf: (pod: ClusterPod) => string | undefined;
  /** Interfaces that are pods' whatever is known of the pod: whole names, or `veth*`. */
  readonly podInterfaces: readonly string[];
  /** What happens to traffic of pods of this node that are not programmed (yet). */
  readonly unprogrammed: 'drop' | 'allow';
  /** Whether the sender of what policies deny is told. What no policy can allow always drops. */
  readonly denied: 'drop' | 'reject';
  /** What flows that were decided carry in their mark: 1..65535, or as many as the mask has room for. */
  readonly generation: number;
  /** Our bits of the mark, side by side. */
  readonly markMask: number;
  /** Tunnels that pods may not speak to nodes: by protocol number, and by port of UDP. */
  readonly tunnels: { readonly protocols: readonly number[]; readonly udpPorts: readonly number[] };
  /** The NFLOG group that denied flows are told to. */
  readonly logGroup: number;
  /** How many rows there may be in all; pods with the most rows are closed until the others fit. */
  readonly maxRows: number;
  /**
   * Which elements say what they are for. `local`: not those of other nodes' pods, which are most of what
   * a large cluster has, and half of whose bytes the names would be.
   */
  readonly comments: 'all' | 'local' | 'none';
}

/** Sixteen bits of the mark, all known tunnels, and every element explained. */
export const DEFAULT_COMPILE_OPTIONS: CompileOptions = {
  table: 'ringfence',
  interfaceOf: () => undefined,
  podInterfaces: ['veth*'],
  unprogrammed: 'drop',
  denied: 'drop',
  generation: 1,
  markMask: 0xffff_0000,
  tunnels: { protocols: [4, 41, 47], udpPorts: [4789, 6081, 8472] },
  logGroup: 5,
  maxRows: 500_000,
  comments: 'all',
};
