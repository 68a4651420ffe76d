import {
  type ClusterOptions,
  createCluster,
  type KubernetesObject,
  type Change,
} from '@ringfence/core';
import { compile, type CompileOptions } from '@ringfence/dataplane';
import type { ObjectSource } from '@ringfence/kube';
import { openNetfilterSocket } from '@ringfence/netlink';
import { hostProblems } from './host/host-problems.ts';
import { watchInterfaces } from './host/watch-interfaces.ts';
import { clearMarks } from './kernel/clear-marks.ts';
import { createMetrics } from './metrics.ts';
import { bridgeLayout, createBridgeTable } from './reconcile/bridge-table.ts';
import { enforcedTable } from './reconcile/kernel-table.ts';
import { createKnownObjects } from './reconcile/known-objects.ts';
import { createNodeTables } from './reconcile/node-tables.ts';
import { createRounds } from './reconcile/rounds.ts';
import { tombstoneFile } from './reconcile/tombstones.ts';
import { podStatuses, policyStatuses } from './report.ts';
import type { AgentStatus } from './status.ts';

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
  readonly logGroup: number;
  /** Our bits of the mark of flows, side by side. */
  readonly markMask: number;
  readonly tunnels: CompileOptions['tunnels'];
  /** Where deleted policies are kept that stay in force; absent: they do not outlive the agent. */
  readonly tombstones?: string;
  readonly log: (message: string) => void;
}

/** A running agent: one for each network namespace that is a node. */
export interface Agent {
  /** Resolves when the closed start is in the kernel, or an old table was taken over. */
  readonly installed: Promise<void>;
  status(): AgentStatus;
  /** Has a function called whenever `status` may say something else. */
  onStatus(callback: () => void): void;
  /** In the text format of Prometheus. */
  metrics(): string;
  /** The rules stay. */
  stop(): Promise<void>;
}

/** So many rows fit into what a node's kernel should spend on them. */
const MAX_ROWS = 500_000;
/** What is wrong with the machine is looked for so often. */
const LOOK_MS = 10_000;

/**
 * Enforces policy in the network namespace that this process is in: closed until the source has told
 * what there is, then exactly what its objects mean.
 *
 * @throws {KernelError|SystemError} where the kernel lacks something, or another agent is running.
 */
export function startAgent(options: AgentOptions): Agent {
  const { node, source, log } = options;
  const stopping = new AbortController();
  const socket = openNetfilterSocket();
  const tracking = openNetfilterSocket();
  const interfaces = watchInterfaces({
    podInterfaces: options.podInterfaces,
    exclude: options.exclude ?? [],
    believe: options.believe ?? 'pods',
  });
  const cluster = createCluster({ ownNodeEgress: options.ownNodeEgress });
  const compileOptions: CompileOptions = {
    table: options.table,
    interfaceOf: ({ addresses: [address] }) => address && interfaces.interfaceOf(address),
    podInterfaces: options.podInterfaces.filter((name) => name.endsWith('*')),
    unprogrammed: options.unprogrammed,
    denied: options.denied ?? 'drop',
    generation: 1,
    markMask: options.markMask,
    tunnels: options.tunnels,
    logGroup: options.logGroup,
    maxRows: MAX_ROWS,
    comments: true,
  };
  const tableFor = (layout: ReturnType<typeof compile>, markMask: number) =>
    enforcedTable({
      socket,
      layout,
      markMask,
      clearMarks: () => void clearMarks(tracking, options.markMask),
      log,
    });
  const bridge = createBridgeTable({
    table: tableFor(bridgeLayout(options.table), 0),
    name: options.table,
    interfaces,
    log,
  });
  const tables = createNodeTables({
    cluster,
    node,
    interfaces,
    compile: compileOptions,
    table: tableFor(compile(createCluster(), node, compileOptions), options.markMask),
    bridge,
    log,
    later(ms) {
      clearTimeout(retry);
      retry = setTimeout(() => rounds.request(), ms);
    },
  });
  let retry: NodeJS.Timeout | undefined;
  const known = createKnownObjects(cluster);
  const metrics = createMetrics();
  const seen: { version: string | null; realised: string | null } = {
    version: null,
    realised: null,
  };
  const tombstones =
    options.tombstones === undefined ? undefined : tombstoneFile(options.tombstones);
  const loaded = tombstones?.load();
  const kept = loaded?.kind === 'ok' ? loaded.value : [];
  let isSynced = false;
  let trouble: string | undefined;
  let machine = hostProblems(interfaces);
  let tell: () => void = () => undefined;

  const rounds = createRounds({
    run() {
      const started = performance.now();
      tables.write();
      metrics.round((performance.now() - started) / 1000);
      seen.realised = seen.version;
      if (isSynced) tombstones?.save([...cluster.tombstones()]);
      tell();
    },
    idle: tables.tidy,
    onFailure(error, retryMs) {
      metrics.failed();
      log(`not in force yet, tried again in ${retryMs} ms: ${error.message}`);
      tell();
    },
  });

  const take = (changes: Iterable<Change>, version: string): void => {
    for (const change of changes) tables.follow(change, cluster.apply(change));
    seen.version = version;
    trouble = undefined;
    rounds.request();
  };

  interfaces.changes(() => {
    tables.hostChanged();
    rounds.request();
  });
  tables.start();
  const looking = setInterval(() => {
    machine = hostProblems(interfaces);
    tell();
  }, LOOK_MS);
  const following = source.follow(
    {
      replace(objects: readonly KubernetesObject[], version) {
        tables.synced();
        take(known.replace(objects, isSynced ? [] : kept), version);
        isSynced = true;
      },
      change: (changes, version) => take(known.change(changes), version),
      trouble(message) {
        trouble = message;
        log(message);
        tell();
      },
    },
    stopping.signal,
  );

  const problems = (): readonly string[] => {
    const failure = rounds.failure();
    return [
      ...machine.map(({ text }) => text),
      ...interfaces.problems(),
      ...(failure === undefined
        ? []
        : [`the kernel refuses what policies mean: ${failure.message}`]),
      ...(loaded?.kind === 'failed' ? [`deleted policies may be forgotten: ${loaded.error}`] : []),
      ...(trouble === undefined ? [] : [trouble]),
    ];
  };

  return {
    installed: Promise.resolve(),
    status: () => ({
      node,
      phase: seen.realised === null ? 'waiting' : 'enforcing',
      realised: seen.realised,
      problems: problems(),
      pods: podStatuses(tables.pods(), { interfaces, blockedFor: tables.blockedFor() }),
      policies: policyStatuses(tables.pods(), cluster),
    }),
    onStatus(callback) {
      tell = callback;
    },
    metrics: () =>
      metrics.text({
        pods: {
          help: 'Pods of this node that policy applies to.',
          value: [...tables.pods()].length,
        },
        closed_pods: {
          help: 'Pods of this node that have too many rows.',
          value: tables.closed().length,
        },
        ready: { help: 'Whether policies are enforced.', value: Number(seen.realised !== null) },
      }),
    async stop() {
      stopping.abort();
      clearInterval(looking);
      rounds.stop();
      clearTimeout(retry);
      interfaces.close();
      await Promise.all([following, interfaces.ended]);
      socket.close();
      tracking.close();
    },
  };
}
