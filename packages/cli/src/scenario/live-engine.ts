import {
  type Cluster,
  commonFamilies,
  type Connection,
  type Endpoint,
  evaluate,
  type Family,
  type Verdict,
} from '@ringfence/core';
import { createLab, type Flow, type Lab, type LabOptions } from '@ringfence/lab';
import { tmpdir } from 'node:os';
import { inParallel } from '../probe/in-parallel.ts';
import { CannotTell, type Engine, type EngineSession } from './engine.ts';

const TIMEOUT_MS = 1_000;
/** So many wait for an answer at the same time. */
const PARALLEL = 1_000;

/**
 * Answers by real connections: every scenario has a network of its own. A connection that gets no
 * answer is denied; one that is refused was let through.
 */
export function liveEngine({ topology }: Pick<LabOptions, 'topology'>): Engine {
  return {
    name: 'live',
    skips: ({ want }) => (want === 'unknown' ? 'what is unknown cannot be tried' : undefined),
    create() {
      const errors: string[] = [];
      const lab = createLab({
        topology,
        encapsulation: 'none',
        // Nobody enters these pods: nothing is written there.
        folder: tmpdir(),
        onError: (what, error) => errors.push(`${what}: ${error.message}`),
      });
      return liveSession(lab, errors);
    },
  };
}

function liveSession(lab: Lab, errors: string[]): EngineSession {
  return {
    async apply(changes) {
      lab.apply(changes);
    },
    async ask(connections) {
      const verdicts: Verdict[] = [];
      const asked = connections.entries();
      const limits = { limit: PARALLEL, signal: new AbortController().signal };
      const answers = inParallel(asked, limits, async ([index, connection]) => ({
        index,
        verdict: await verdictOn(lab, connection),
      }));
      for await (const { index, verdict } of answers) {
        if (verdict instanceof CannotTell) errors.push(verdict.message);
        else verdicts[index] = verdict;
      }
      const [error] = errors.splice(0);
      if (error !== undefined) throw new CannotTell(error);
      return verdicts;
    },
    close: async () => lab.close(),
  };
}

async function verdictOn(lab: Lab, connection: Connection): Promise<Verdict | CannotTell> {
  const flows = flowsFor(lab.cluster, connection);
  // Where there is nothing to connect, nothing can be tried.
  const { viaService } = connection;
  const isUnknown = (flow: Flow): boolean =>
    evaluate(lab.cluster, { ...flow, viaService }).verdict === 'unknown';
  if (flows.length === 0 || flows.some(isUnknown)) return 'unknown';
  const outcomes = await Promise.all(
    flows.map((flow) => lab.attempt(flow, { timeoutMs: TIMEOUT_MS })),
  );
  const broken = outcomes.find((outcome) => outcome.kind === 'broken');
  if (broken !== undefined) return new CannotTell(broken.code);
  return outcomes.some(({ kind }) => kind === 'silent') ? 'deny' : 'allow';
}

/** Ends that stand for pods to come are those pods; an open family is every one that both have. */
function flowsFor(cluster: Cluster, connection: Connection): readonly Flow[] {
  const { protocol, port, family } = connection;
  return madeOf(cluster, connection.from).flatMap((from) =>
    madeOf(cluster, connection.to).flatMap((to) => {
      const families: readonly Family[] =
        family === 'any' ? (commonFamilies(cluster, { from, to }) ?? []) : [family];
      return families.map((each) => ({ from, to, protocol, port, family: each }));
    }),
  );
}

function madeOf(cluster: Cluster, end: Endpoint): readonly Endpoint[] {
  if (end.kind !== 'pod' || cluster.pod(end.namespace, end.name) !== undefined) return [end];
  const { namespace } = end;
  const [kind = '', name = ''] = end.name.split('/');
  return cluster
    .podsOf(kind, namespace, name)
    .map(({ object }) => ({ kind: 'pod', namespace, name: object.name }));
}
