import { type Cluster, evaluate, type Evaluation, failed, ok, type Result } from '@ringfence/core';
import { type EndFault, findEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { evaluationJson } from '../eval/answer-json.ts';
import type { Places } from '../eval/place.ts';
import { familiesToAsk, type Pair, questionFor } from '../eval/question.ts';
import { type QuestionLine, readQuestionLine } from './question-line.ts';

/** Answers lines of a batch, one JSON text for each. */
export interface Answerer {
  /** The answer, or what is wrong with the question: the field, and why. */
  answer(line: string): Result<string, string>;
}

/** Makes an answerer that remembers what ends it has looked up. */
export function createAnswerer(asked: {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly places: Places;
}): Answerer {
  const { cluster, namespace, places } = asked;
  const known = new Map<string, Result<readonly ResolvedEnd[], EndFault>>();
  const endAt = (text: string): Result<readonly ResolvedEnd[], EndFault> => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = findEnd(cluster, text, { namespace });
    known.set(text, found);
    return found;
  };
  return {
    answer(line) {
      const read = readQuestionLine(line);
      if (read.kind === 'failed') return read;
      const question = read.value;
      const from = single('from', endAt(question.from));
      const to = single('to', endAt(question.to));
      if (from.kind === 'failed') return from;
      if (to.kind === 'failed') return to;
      const evaluation = evaluationOf(cluster, question, { from: from.value, to: to.value });
      if (evaluation.kind === 'failed') return evaluation;
      const json = { ...repeated(question), ...evaluationJson(evaluation.value, places) };
      return ok(JSON.stringify(json));
    },
  };
}

/** The one endpoint of an END; `undefined` where nothing has that name. */
function single(
  field: string,
  ends: Result<readonly ResolvedEnd[], EndFault>,
): Result<ResolvedEnd | undefined, string> {
  if (ends.kind === 'failed') {
    return ends.error.code === 'absent' ? ok(undefined) : failed(`${field}: ${ends.error.message}`);
  }
  const [only, ...others] = ends.value;
  if (others.length === 0) return ok(only);
  const examples = ends.value.slice(0, 3).map(({ label }) => label);
  return failed(
    `${field}: stands for ${ends.value.length} pods (${examples.join(', ')}...), a question of a batch names one`,
  );
}

function evaluationOf(
  cluster: Cluster,
  { protocol, port, family }: QuestionLine,
  { from, to }: { readonly from: ResolvedEnd | undefined; readonly to: ResolvedEnd | undefined },
): Result<Evaluation, string> {
  if (from === undefined || to === undefined) return ok(NO_SUCH_POD);
  const answers: Evaluation[] = [];
  for (const each of familiesToAsk(cluster, { from, to }, family)) {
    const pair: Pair = { from, to, family: each };
    const target = protocol === 'other' ? OTHER : ({ kind: 'port', protocol, port } as const);
    const question = questionFor(cluster, pair, target);
    if (question.kind === 'failed') return failed(`port: ${question.error}`);
    answers.push(evaluate(cluster, question.value.connection));
  }
  const [first] = answers;
  if (first === undefined) throw new Error('at least one family is asked');
  if (answers.every(({ verdict }) => verdict === first.verdict)) return ok(first);
  return failed('family: IPv4 and IPv6 have different answers, name one');
}

const OTHER = { kind: 'other' } as const;

const MISSING = { kind: 'unknown', reason: 'noSuchPod' } as const;
const NO_SUCH_POD: Evaluation = { verdict: 'unknown', egress: MISSING, ingress: MISSING };

function repeated({
  from,
  to,
  protocol,
  port,
  family,
}: QuestionLine): Readonly<Record<string, unknown>> {
  return {
    from,
    to,
    protocol,
    ...(protocol === 'other' ? {} : { port }),
    ...(family === undefined ? {} : { family }),
  };
}
