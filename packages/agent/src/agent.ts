import { type Change, createCluster, type KubernetesObject } from '@ringfence/core';
import { nftGeneration } from '@ringfence/netlink';
import type { HostProblem } from './host/host-problem.ts';
import { hostProblems } from './host/host-problems.ts';
import { type Machine, openMachine } from './machine.ts';
import { createMetrics } from './metrics.ts';
import type { AgentOptions } from './options.ts';
import { createDrift } from './reconcile/drift.ts';
import { createKnownObjects } from './reconcile/known-objects.ts';
import { createRounds } from './reconcile/rounds.ts';
import { tombstoneFile } from './reconcile/tombstones.ts';
import { podStatuses, policyStatuses, rowsInForce } from './report.ts';
import type { AgentStatus } from './status.ts';
import { MAX_ROWS, tablesOn } from './tables-on.ts';

/** A running agent: one for each network namespace that is a node. */
export interface Agent {
  status(): AgentStatus;
  /** Has a function called whenever `status` may say something else. */
  onStatus(callback: () => void): void;
  /** In the text format of Prometheus. */
  metrics(): string;
  /** Resolves with why it cannot go on, if it ever cannot; what is in the kernel stays. */
  readonly failed: Promise<unknown>;
  /** The rules stay. */
  stop(): Promise<void>;
}

const NOT_OWNED =
  'the kernel does not keep others from editing our tables (Linux 6.9 does): edits are repaired';

/** What is wrong with the machine is looked for so often. */
const LOOK_MS = 10_000;

/**
 * Enforces policy in the network namespace that this process is in: closed until the source has told
 * what there is, then exactly what its objects mean. When this returns, the closed start is in force,
 * or an old table was taken over.
 *
 * @throws {KernelError|SystemError} where the kernel lacks something, or another agent is running.
 */
export function startAgent(options: AgentOptions): Agent {
  const machine = openMachine(options);
  try {
    return agentOn(machine, options);
  } catch (error) {
    machine.close().catch((failure: unknown) => options.log(String(failure)));
    throw error;
  }
}

function agentOn(machine: Machine, options: AgentOptions): Agent {
  const { node, source, log } = options;
  const { interfaces } = machine;
  const stopping = new AbortController();
  const cluster = createCluster({ ownNodeEgress: options.ownNodeEgress });
  const retry = createAlarm(() => rounds.request());
  const repairing = createAlarm(() => rounds.request());
  // Before the tables are read: what is done to them later is none that was read.
  const drift = createDrift({
    repair: (damages) => tables.repair(damages),
    generation: () => nftGeneration(machine.rules).id,
    log,
  });
  const tables = tablesOn(machine, cluster, { ...options, later: retry.after });
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
  let forgetting =
    loaded?.kind === 'failed' ? `deleted policies may be forgotten: ${loaded.error}` : undefined;
  let found = hostProblems(interfaces);
  let tell: () => void = () => undefined;

  const rounds = createRounds({
    run() {
      const started = performance.now();
      const wait = drift.waitMs();
      if (wait > 0) {
        repairing.after(wait);
        tell();
        return;
      }
      drift.repair();
      // First: a policy that is gone from the source is known to nobody else.
      if (isSynced) keepTombstones();
      tables.write();
      metrics.round((performance.now() - started) / 1000);
      seen.realised = seen.version;
      tell();
    },
    idle() {
      if (!drift.isPending()) tables.tidy();
    },
    onFailure(error, retryMs) {
      metrics.failed();
      log(`not in force yet, tried again in ${retryMs} ms: ${error.message}`);
      tell();
    },
  });

  const keepTombstones = (): void => {
    try {
      tombstones?.save([...cluster.tombstones()]);
      forgetting = undefined;
    } catch (error) {
      forgetting = `deleted policies cannot be kept: ${String(error)}`;
    }
  };

  const take = (changes: Iterable<Change>, version: string): void => {
    for (const change of changes) tables.follow(change, cluster.apply(change));
    // Only whole states are meant.
    isSynced = true;
    tables.synced();
    seen.version = version;
    trouble = undefined;
    rounds.request();
  };

  interfaces.changes(() => {
    tables.hostChanged();
    rounds.request();
  });
  machine.edits?.edits((edit) => {
    if (drift.noteEdit(edit)) rounds.request();
  });
  tables.start();
  const looking = setInterval(() => {
    found = hostProblems(interfaces);
    tell();
  }, LOOK_MS);
  const following = source.follow(
    {
      replace(objects: readonly KubernetesObject[], version) {
        take(known.replace(objects, isSynced ? [] : kept), version);
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

  const textsOf = (level: HostProblem['level']): readonly string[] =>
    found.flatMap((each) => (each.level === level ? [each.text] : []));
  const problems = (): readonly string[] => {
    const failure = rounds.failure();
    const insisting = drift.problem();
    return [
      ...textsOf('blocks'),
      ...interfaces.problems(),
      ...(failure === undefined
        ? []
        : [`the kernel refuses what policies mean: ${failure.message}`]),
      ...(insisting === undefined ? [] : [insisting]),
      ...(forgetting === undefined ? [] : [forgetting]),
      ...(trouble === undefined ? [] : [trouble]),
    ];
  };

  const warnings = (): readonly string[] => {
    const edited = drift.warning();
    return [
      ...textsOf('warns'),
      ...(machine.owned ? [] : [NOT_OWNED]),
      ...(edited === undefined ? [] : [edited]),
    ];
  };

  const failed = new Promise<unknown>((resolve) => {
    following.catch(resolve);
    interfaces.ended.catch(resolve);
    machine.edits?.ended.catch(resolve);
  });

  return {
    failed,
    status: () => ({
      node,
      phase: seen.realised === null ? 'waiting' : 'enforcing',
      realised: seen.realised,
      problems: problems(),
      warnings: warnings(),
      pods: podStatuses(tables.pods(), { interfaces, blockedFor: tables.blockedFor }),
      policies: policyStatuses(tables.pods(), cluster),
    }),
    onStatus(callback) {
      tell = callback;
    },
    metrics: () =>
      metrics.text({
        counters: {
          drift_repairs: {
            help: 'Tables of ours that somebody else had edited, and that were made good.',
            value: drift.repairs(),
          },
        },
        gauges: {
          pods: {
            help: 'Pods of this node that policy applies to.',
            value: [...tables.pods()].length,
          },
          closed_pods: {
            help: 'Pods of this node that nothing gets in or out of.',
            value: [...tables.pods()].filter(({ closed }) => closed).length,
          },
          rows: {
            help: 'Rows of the pods of this node, but for those that are closed.',
            value: rowsInForce(tables.pods()),
          },
          rows_limit: {
            help: 'Rows beyond which the pods with the most of them are closed.',
            value: MAX_ROWS,
          },
          ready: { help: 'Whether policies are enforced.', value: Number(seen.realised !== null) },
        },
      }),
    async stop() {
      stopping.abort();
      clearInterval(looking);
      rounds.stop();
      retry.stop();
      repairing.stop();
      await Promise.allSettled([following, machine.close()]);
    },
  };
}

/** Has something done after a while: the last wait that was asked for counts. */
function createAlarm(ring: () => void): {
  readonly after: (ms: number) => void;
  readonly stop: () => void;
} {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => clearTimeout(timer);
  return {
    after(ms) {
      stop();
      timer = setTimeout(ring, ms);
    },
    stop,
  };
}
