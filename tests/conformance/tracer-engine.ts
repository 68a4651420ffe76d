import {
  type Cluster,
  type ClusterPod,
  type Connection,
  createCluster,
  type Verdict,
} from '@ringfence/core';
import {
  attemptsOf,
  compile,
  DEFAULT_COMPILE_OPTIONS,
  traceConnection,
  type Tracer,
  tracerOf,
} from '@ringfence/dataplane';
import { createAssigner } from '@ringfence/lab';
import {
  CannotTell,
  type Engine,
  type EngineOptions,
  type EngineSession,
} from '../../packages/cli/src/scenario/engine.ts';
import { madeOf } from '../../packages/cli/src/scenario/made-of.ts';

/** Answers by tracing first packets through the rulesets that every node compiles. */
export const TRACER: Engine = {
  name: 'tracer',
  skips: ({ want }) => (want === 'unknown' ? 'what is unknown sends no packets' : undefined),
  create: tracerSession,
};

function tracerSession(options: EngineOptions): EngineSession {
  const cluster = createCluster(options);
  const assigner = createAssigner();
  return {
    apply: async (changes) => {
      for (const change of assigner.apply(changes)) cluster.apply(change);
    },
    ask: async (connections) => {
      const tracer = tracersOf(cluster);
      return connections.map((connection) => verdictOf(cluster, tracer, connection));
    },
    close: async () => {},
  };
}

/** Its rulesets, compiled when first asked for. */
function tracersOf(cluster: Cluster): (node: string) => Tracer {
  const known = new Map<string, Tracer>();
  return (node) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const made = tracerOf(compile(cluster, node, { ...DEFAULT_COMPILE_OPTIONS, interfaceOf }));
    known.set(node, made);
    return made;
  };
}

function verdictOf(
  cluster: Cluster,
  tracer: (node: string) => Tracer,
  connection: Connection,
): Verdict {
  const nodes = { tracer, interfaceOf, uplink: 'eth0' };
  const attempts = madeOf(cluster, connection.from).flatMap((from) =>
    madeOf(cluster, connection.to).flatMap((to) =>
      attemptsOf(cluster, { ...connection, from, to }),
    ),
  );
  const verdicts = new Set(
    attempts.map((attempt) => traceConnection(cluster, nodes, attempt).verdict),
  );
  const [verdict, ...others] = verdicts;
  if (verdict === undefined) throw new CannotTell('one of the ends has no address to send from');
  if (others.length > 0) throw new CannotTell('the families have different verdicts');
  return verdict === 'accept' ? 'allow' : 'deny';
}

function interfaceOf({ object }: ClusterPod): string {
  return `${object.namespace}/${object.name}`;
}
