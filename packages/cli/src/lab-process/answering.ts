import { type Endpoint, unreachable } from '@ringfence/core';
import type { ManifestRound } from '@ringfence/kube';
import type { Lab, PodEntry } from '@ringfence/lab';
import type { Answer, ProbeQuestion, Request } from '../control/protocol.ts';
import { labSettings } from '../agent/settings.ts';
import type { Answering } from '../control/serve.ts';
import { resolveEnd } from '../ends/resolve-end.ts';
import { badInput } from '../failure.ts';
import { didYouMean } from '../nearest.ts';
import { planConnections } from '../probe/plan.ts';
import { tryAll } from '../probe/try-all.ts';
import type { LabOptions } from '../up/options.ts';
import type { Agents } from './agents.ts';
import { labStatus } from './lab-status.ts';
import type { Limits } from './news.ts';
import { notInForce } from './settling.ts';

/** A lab that is asked, with all that has a say in the answer. */
export interface Answerer {
  readonly lab: Lab;
  readonly agents: Agents;
  readonly options: LabOptions;
  readonly latest: () => ManifestRound;
  /** Waits until edits that were made before are read. */
  readonly editsRead: (limits: Limits) => Promise<void>;
}

/** Answers what is asked of a lab. */
export function answeringOf(answerer: Answerer): Answering {
  return (request, signal) => answersTo({ ...answerer, signal }, request);
}

interface Asked extends Answerer {
  readonly signal: AbortSignal;
}

async function* answersTo(asked: Asked, request: Request): AsyncIterable<Answer> {
  const { lab, agents, options, latest } = asked;
  switch (request.kind) {
    case 'status':
      yield {
        kind: 'status',
        status: labStatus({ lab, agents: agents.all(), latest: latest() }, options),
      };
      return;
    case 'enter':
      yield { kind: 'entrance', entry: entryOf(lab, request) };
      return;
    case 'probe':
      yield* probed(asked, request.question);
      return;
    case 'verify':
      yield* verified(asked, request);
      return;
    default:
      unreachable(request);
  }
}

/** So long a probe waits for agents that are behind. */
const PATIENCE_MS = 5_000;

/** What was edited before is in force when connections are made, unless it takes too long. */
async function* probed(
  { lab, agents, editsRead, signal }: Asked,
  question: ProbeQuestion,
): AsyncIterable<Answer> {
  const limits = { signal, timeoutMs: PATIENCE_MS };
  await editsRead(limits);
  const settled = await agents.settled(limits);
  const planned = planConnections(lab.cluster, question);
  if (planned.kind === 'failed') throw badInput(planned.error);
  yield { kind: 'planned', notInForce: notInForce(settled) };
  yield* tryAll(lab, planned.value, { timeoutMs: question.timeoutMs, signal });
}

/** Verifies nodes, one after the other, once their agents have what was edited before. */
async function* verified(
  { lab, agents, editsRead, signal }: Asked,
  { node: only, most }: Extract<Request, { kind: 'verify' }>,
): AsyncIterable<Answer> {
  const { verifyNode } = await import('../verify/verify-node.ts');
  const limits = { signal, timeoutMs: PATIENCE_MS };
  await editsRead(limits);
  await agents.settled(limits);
  const networks = agents.networks();
  if (only !== null && !networks.has(only)) {
    throw badInput(`--node: there is no node \`${only}\`${didYouMean(only, networks.keys())}`);
  }
  for (const [node, network] of networks) {
    if (only !== null && node !== only) continue;
    const { cluster } = lab;
    const settings = { ...labSettings(node), ownNodeEgress: cluster.options.ownNodeEgress };
    const report = await verifyNode({ cluster, settings, enter: network.enter, most });
    yield { kind: 'verified', report };
  }
}

interface Wanted {
  readonly pod: string;
  readonly namespace: string;
}

function entryOf(lab: Lab, wanted: Wanted): PodEntry {
  const pod = podMeant(lab, wanted);
  const entry = lab.enter(pod);
  if (entry !== undefined) return entry;
  const why = 'it has no node or no address, or has finished (see ringfence status)';
  throw badInput(`pod ${pod.namespace}/${pod.name} does not run: ${why}`);
}

/** A pod is named as an END; nothing else can be entered. */
function podMeant(
  { cluster }: Lab,
  { pod: text, namespace }: Wanted,
): Extract<Endpoint, { kind: 'pod' }> {
  const found = resolveEnd(cluster, text, { namespace });
  if (found.kind === 'failed') throw badInput(found.error);
  const pods = found.value.flatMap(({ endpoint }) => (endpoint.kind === 'pod' ? [endpoint] : []));
  const [only, other] = pods;
  if (only === undefined) throw badInput(`\`${text}\` is no pod: only pods can be entered`);
  if (other === undefined) return only;
  const names = pods.map(({ namespace: of, name }) => `${of}/${name}`);
  throw badInput(`\`${text}\` is ${pods.length} pods: name one of ${names.join(', ')}`);
}
