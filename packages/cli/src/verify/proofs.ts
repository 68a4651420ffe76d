import type { AgentOptions, HeldTable, PodInterfaces } from '@ringfence/agent';
import type { Cluster } from '@ringfence/core';
import { type Proof, prove, proveBridge } from '@ringfence/dataplane';
import type { FoundTables } from './tables.ts';

/** What a node's tables are compared with. */
export interface Proving {
  readonly cluster: Cluster;
  /** As its agent has them. */
  readonly settings: Omit<AgentOptions, 'source' | 'log'>;
  readonly interfaces: PodInterfaces;
  /** So many differences are told whole. */
  readonly most: number;
}

/** Compares the tables that there are: a proof for each. */
export function proofsOf(
  { inet, bridge }: Pick<FoundTables, 'inet' | 'bridge'>,
  of: Proving,
): readonly Proof[] {
  return [
    ...(inet === undefined ? [] : [proofOfInet(of, inet)]),
    ...(bridge === undefined ? [] : [proofOfBridge(of, bridge)]),
  ];
}

function proofOfInet(
  { cluster, settings, interfaces, most }: Proving,
  { ruleset }: HeldTable,
): Proof {
  const { node, podInterfaces, unprogrammed, denied, markMask, tunnels } = settings;
  return prove(
    ruleset,
    { cluster, node },
    {
      table: settings.table,
      logGroup: settings.logGroup,
      unprogrammed,
      denied: denied ?? 'drop',
      markMask,
      tunnels,
      podInterfaces: podInterfaces.filter((name) => name.endsWith('*')),
      interfaceOf: ({ addresses: [address] }) => address && interfaces.interfaceOf(address),
      interfaces: interfaces.podInterfaces(),
      most,
    },
  );
}

function proofOfBridge(
  { cluster, settings: { node }, interfaces, most }: Proving,
  { ruleset }: HeldTable,
): Proof {
  return proveBridge(
    ruleset,
    { cluster, node },
    {
      portOf: ({ addresses: [address] }) => address && interfaces.portOf(address),
      podInterfaces: [],
      interfaces: interfaces.podPorts(),
      most,
    },
  );
}
