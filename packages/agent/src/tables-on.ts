import { type Cluster, createCluster } from '@ringfence/core';
import { compile, type CompileOptions, type Ruleset } from '@ringfence/dataplane';
import { clearMarks } from './kernel/clear-marks.ts';
import type { Machine } from './machine.ts';
import type { AgentOptions } from './options.ts';
import { bridgeLayout, createBridgeTable } from './reconcile/bridge-table.ts';
import { type EnforcedTable, enforcedTable } from './reconcile/kernel-table.ts';
import { createNodeTables, type NodeTables } from './reconcile/node-tables.ts';

/** So many rows fit into what a node's kernel should spend on them. */
export const MAX_ROWS = 500_000;

/** Takes over the tables of a machine, or prepares to make them: nothing is changed yet. */
export function tablesOn(
  { rules, owned, tracking, interfaces }: Machine,
  cluster: Cluster,
  options: AgentOptions & { readonly later: (ms: number) => void },
): NodeTables {
  const { node, table: name, log } = options;
  const compileOptions = compileOptionsOf(options, interfaces);
  const tableFor = (layout: Ruleset, markMask: number): EnforcedTable =>
    enforcedTable({
      socket: rules,
      layout,
      owned,
      markMask,
      clearMarks: () => void clearMarks(tracking, options.markMask),
      log,
    });
  return createNodeTables({
    cluster,
    node,
    interfaces,
    compile: compileOptions,
    table: tableFor(compile(createCluster(), node, compileOptions), options.markMask),
    bridge: createBridgeTable({ table: tableFor(bridgeLayout(name), 0), name, interfaces, log }),
    log,
    later: options.later,
  });
}

function compileOptionsOf(
  options: AgentOptions,
  interfaces: Machine['interfaces'],
): CompileOptions {
  const { table, podInterfaces, unprogrammed, denied, markMask, tunnels, logGroup } = options;
  return {
    table,
    interfaceOf: ({ addresses: [address] }) => address && interfaces.interfaceOf(address),
    podInterfaces: podInterfaces.filter((name) => name.endsWith('*')),
    unprogrammed,
    denied: denied ?? 'drop',
    generation: 1,
    markMask,
    tunnels,
    logGroup,
    maxRows: MAX_ROWS,
    comments: 'local',
  };
}
