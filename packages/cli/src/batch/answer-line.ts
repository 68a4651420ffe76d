import { type Cluster, evaluate, type Evaluation, failed, ok, type Result } from '@ringfence/core';
import { type EndFault, findEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { evaluationJson } from '../eval/answer-json.ts';
import type { Places } from '../eval/place.ts';
import { pairsOf, questionsFor } from '../eval/question.ts';
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
      const from = candidates('from', endAt(question.from));
      const to = candidates('to', endAt(question.to));
      if (from.kind === 'failed') return from;
      if (to.kind === 'failed') return to;
      const evaluation = evaluationOf(cluster, question, { from: from.value, to: to.value });
      if (evaluation.kind === 'failed') return evaluation;
      const json = { ...repeated(question), ...evaluationJson(evaluation.value, places) };
      return ok(JSON.stringify(json));
    },
  };
}

/** The endpoints of an END; none where nothing has that name, or no pods are behind it. */
function candidates(
  field: string,
  ends: Result<readonly ResolvedEnd[], EndFault>,
): Result<readonly ResolvedEnd[], string> {
  if (ends.kind === 'ok') return ends;
  const { code, message } = ends.error;
  return code === 'absent' || code === 'unfit' ? ok([]) : failed(`${field}: ${message}`);
}

/** The one answer for all pods and families that a question leaves open. */
function evaluationOf(
  cluster: Cluster,
  { protocol, port, family }: QuestionLine,
  ends: { readonly from: readonly ResolvedEnd[]; readonly to: readonly ResolvedEnd[] },
): Result<Evaluation, string> {
  if (ends.from.length === 0 || ends.to.length === 0) return ok(NO_SUCH_POD);
  const target = protocol === 'other' ? OTHER : ({ kind: 'port', protocol, port } as const);
  const questions = questionsFor(cluster, pairsOf(cluster, ends, family), target);
  if (questions.kind === 'failed') return failed(`port: ${questions.error}`);
  const answers = questions.value.map(({ connection }) => evaluate(cluster, connection));
  const [first] = answers;
  if (first === undefined) throw new Error('at least one pair is asked');
  if (answers.every(({ verdict }) => verdict === first.verdict)) return ok(first);
  return failed(answersDiffer(ends));
}

function answersDiffer({
  from,
  to,
}: Readonly<Record<'from' | 'to', readonly ResolvedEnd[]>>): string {
  for (const [field, ends] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (ends.length === 1) continue;
    const examples = ends.slice(0, 3).map(({ label }) => label);
    const more = ends.length > examples.length ? ', ...' : '';
    return `${field}: its ${ends.length} pods (${examples.join(', ')}${more}) have different answers, name one`;
  }
  return 'family: IPv4 and IPv6 have different answers, name one';
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
