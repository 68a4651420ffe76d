import {
  type Cluster,
  evaluatePorts,
  type Evaluation,
  type PortAnswer,
  type Protocol,
  sameEvaluation,
  type Verdict,
} from '@ringfence/core';
import type { Pair } from './question.ts';

/** What two ends may do on every port. `some`: part of the ports is allowed. */
type PortsVerdict = Verdict | 'some';

/** Pairs of ends that have the same answer on every port. INVARIANT: `pairs` is never empty. */
export interface PortSet {
  readonly pairs: readonly Pair[];
  readonly answers: readonly PortAnswer[];
  readonly verdict: PortsVerdict;
}

/** Port ranges that are decided the same way for the same reasons. */
export interface PortClass {
  readonly ranges: readonly PortAnswer[];
  readonly evaluation: Evaluation;
}

/** Asks core about all ports of every pair, and folds the pairs that have equal answers. */
export function portSetsOf(
  cluster: Cluster,
  pairs: readonly Pair[],
  protocol: Protocol | undefined,
): readonly PortSet[] {
  const sets = new Map<
    string,
    { readonly pairs: Pair[]; readonly answers: readonly PortAnswer[] }
  >();
  for (const pair of pairs) {
    const ends = { from: pair.from.endpoint, to: pair.to.endpoint, family: pair.family };
    const all = evaluatePorts(cluster, { ...ends, viaService: pair.to.service !== undefined });
    const answers = all.filter((each) => protocol === undefined || each.protocol === protocol);
    const key = JSON.stringify(answers);
    const set = sets.get(key);
    if (set === undefined) sets.set(key, { pairs: [pair], answers });
    else set.pairs.push(pair);
  }
  return [...sets.values()].map((set) => ({ ...set, verdict: verdictOfPorts(set.answers) }));
}

function verdictOfPorts(answers: readonly PortAnswer[]): PortsVerdict {
  const verdicts = new Set(answers.map(({ evaluation }) => evaluation.verdict));
  const [only] = verdicts;
  if (verdicts.size === 1 && only !== undefined) return only;
  return verdicts.has('allow') ? 'some' : 'unknown';
}

/** The ranges by how they are decided: what is allowed first, the rest in the order of its ports. */
export function portClasses(answers: readonly PortAnswer[]): readonly PortClass[] {
  const classes: { readonly ranges: PortAnswer[]; readonly evaluation: Evaluation }[] = [];
  for (const answer of answers) {
    const found = classes.find((each) => sameEvaluation(each.evaluation, answer.evaluation));
    if (found === undefined) classes.push({ ranges: [answer], evaluation: answer.evaluation });
    else found.ranges.push(answer);
  }
  const allows = ({ evaluation }: PortClass): boolean => evaluation.verdict === 'allow';
  return [...classes.filter(allows), ...classes.filter((each) => !allows(each))];
}
