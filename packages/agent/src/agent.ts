import { type Change, createCluster, type KubernetesObject } from '@ringfence/core';
import type { HostProblem } from './host/host-problem.ts';
import { hostProblems } from './host/host-problems.ts';
import { type Machine, openMachine } from './machine.ts';
import { createMetrics } from './metrics.ts';
import type { AgentOptions } from './options.ts';
import { createKnownObjects } from './reconcile/known-objects.ts';
import { createRounds } from './reconcile/rounds.ts';
import { tombstoneFile } from './reconcile/tombstones.ts';
import { podStatuses, policyStatuses } from './report.ts';
import type { AgentStatus } from './status.ts';
import { tablesOn } from './tables-on.ts';

/** A running agent: one for each network namespace that is a node. */
export interface Agent {
  /** Resolves when the closed start is in the kernel, or an old table was taken over. */
  readonly installed: Promise<void>;
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

/** What is wrong with the machine is looked for so often. */
const LOOK_MS = 10_000;

/**
 * Enforces policy in the network namespace that this process is in: closed until the source has told
 * what there is, then exactly what its objects mean.
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
  let retry: NodeJS.Timeout | undefined;
  const later = (ms: number): void => {
    clearTimeout(retry);
    retry = setTimeout(() => rounds.request(), ms);
  };
  const tables = tablesOn(machine, cluster, { ...options, later });
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
      // First: a policy that is gone from the source is known to nobody else.
      if (isSynced) keepTombstones();
      tables.write();
      metrics.round((performance.now() - started) / 1000);
      seen.realised = seen.version;
      tell();
    },
    idle: tables.tidy,
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
    return [
      ...textsOf('blocks'),
      ...interfaces.problems(),
      ...(failure === undefined
        ? []
        : [`the kernel refuses what policies mean: ${failure.message}`]),
      ...(forgetting === undefined ? [] : [forgetting]),
      ...(trouble === undefined ? [] : [trouble]),
    ];
  };

  const failed = new Promise<unknown>((resolve) => {
    following.catch(resolve);
    interfaces.ended.catch(resolve);
  });

  return {
    installed: Promise.resolve(),
    failed,
    status: () => ({
      node,
      phase: seen.realised === null ? 'waiting' : 'enforcing',
      realised: seen.realised,
      problems: problems(),
      warnings: textsOf('warns'),
      pods: podStatuses(tables.pods(), { interfaces, blockedFor: tables.blockedFor }),
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
          help: 'Pods of this node that nothing gets in or out of.',
          value: [...tables.pods()].filter(({ closed }) => closed).length,
        },
        ready: { help: 'Whether policies are enforced.', value: Number(seen.realised !== null) },
      }),
    async stop() {
      stopping.abort();
      clearInterval(looking);
      rounds.stop();
      clearTimeout(retry);
      await Promise.allSettled([following, machine.close()]);
    },
  };
}
