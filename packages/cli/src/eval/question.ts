import {
  type Cluster,
  type Connection,
  type Family,
  failed,
  ok,
  type Protocol,
  type Result,
} from '@ringfence/core';
import { familiesToAsk } from '../ends/families.ts';
import { endsOnPort, portOn } from '../ends/port.ts';
import type { ResolvedEnd } from '../ends/resolve-end.ts';
import { isSamePod } from '../ends/same-pod.ts';

/** Two ends, and what core is asked about them. */
export interface Pair {
  readonly from: ResolvedEnd;
  readonly to: ResolvedEnd;
  readonly family: Family | 'any';
}

/** One connection that is asked about. */
export interface Question extends Pair {
  readonly connection: Connection;
}

/** What is connected to: a port by number or name, or all that has no ports. */
export type Target =
  | { readonly kind: 'port'; readonly protocol: Protocol; readonly port: number | string }
  | { readonly kind: 'other' };

/**
 * Every pair of two ends, once for each family.
 *
 * Where there is more than one pair, an end is not paired with itself: that a pod reaches itself is
 * not what is asked of a workload.
 *
 * @param family `undefined` asks every family that both ends have.
 */
export function pairsOf(
  cluster: Cluster,
  ends: { readonly from: readonly ResolvedEnd[]; readonly to: readonly ResolvedEnd[] },
  family: Family | undefined,
): readonly Pair[] {
  const all = ends.from.flatMap((from) => ends.to.map((to) => ({ from, to })));
  const others = all.filter(({ from, to }) => !isSamePod(from.endpoint, to.endpoint));
  return (others.length === 0 ? all : others).flatMap((pair) =>
    familiesToAsk(cluster, pair, family).map((each) => ({ ...pair, family: each })),
  );
}

/** Turns pairs into the questions for one port, or says why a destination has no such port. */
export function questionsFor(
  cluster: Cluster,
  pairs: readonly Pair[],
  target: Target,
): Result<readonly Question[], string> {
  const ends = [...new Set(pairs.map(({ to }) => to))];
  const asked = target.kind === 'other' ? new Set(ends) : endsOnPort(cluster, ends, target);
  const questions: Question[] = [];
  for (const pair of pairs) {
    if (!asked.has(pair.to)) continue;
    const question = questionFor(cluster, pair, target);
    if (question.kind === 'failed') return question;
    questions.push(question.value);
  }
  return ok(questions);
}

/** Turns a pair into the question for one port, or says why the destination has no such port. */
function questionFor(cluster: Cluster, pair: Pair, target: Target): Result<Question, string> {
  const viaService = pair.to.service !== undefined;
  const base = { from: pair.from.endpoint, to: pair.to.endpoint, family: pair.family, viaService };
  if (target.kind === 'other') {
    return ok({ ...pair, connection: { ...base, protocol: 'other', port: 0 } });
  }
  const port = portOn(cluster, pair.to, target);
  if (port.kind === 'failed') return failed(port.error);
  const { protocol } = target;
  return ok({ ...pair, connection: { ...base, protocol, port: port.value } });
}
