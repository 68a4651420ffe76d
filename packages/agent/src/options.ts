import type { ClusterOptions } from '@ringfence/core';
import { type CompileOptions, DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import type { ObjectSource } from '@ringfence/kube';

/** What an agent is told. */
export interface AgentOptions {
  /** The name of the node that this machine is. */
  readonly node: string;
  readonly source: ObjectSource;
  /** Whole names, or `veth*`; empty: veths whose other end is in another namespace. */
  readonly podInterfaces: readonly string[];
  /** Links that are never pods', and bridges whose ports are not; absent: none. */
  readonly exclude?: readonly string[];
  /**
   * On a bridge, what counts for whose address is whose: what the node has fixed, or where that says
   * nothing (absent) also what a pod has configured in its own network.
   */
  readonly believe?: 'node' | 'pods';
  readonly unprogrammed: CompileOptions['unprogrammed'];
  /** Whether the sender of what policies deny is told; absent: it is not. */
  readonly denied?: CompileOptions['denied'];
  readonly ownNodeEgress: ClusterOptions['ownNodeEgress'];
  readonly table: string;
  /**
   * Whether the kernel keeps others from changing the tables, where it can; absent: it does. Where it
   * does not, what others change is noticed and made good.
   */
  readonly ownTables?: boolean;
  readonly logGroup: number;
  /** Our bits of the mark of flows, side by side. */
  readonly markMask: number;
  readonly tunnels: CompileOptions['tunnels'];
  /** Where deleted policies are kept that stay in force; absent: they do not outlive the agent. */
  readonly tombstones?: string;
  readonly log: (message: string) => void;
}

const { table, logGroup, markMask, tunnels } = DEFAULT_COMPILE_OPTIONS;

/** What an agent is told where nobody says anything else. */
export const DEFAULT_AGENT_OPTIONS: Omit<AgentOptions, 'node' | 'source' | 'log'> = {
  podInterfaces: [],
  unprogrammed: 'drop',
  ownNodeEgress: 'enforce',
  table,
  logGroup,
  markMask,
  tunnels,
};
