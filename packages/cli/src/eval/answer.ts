import { type Cluster, evaluate, type Evaluation, sameEvaluation } from '@ringfence/core';
import type { Question } from './question.ts';

/** One question with its answer. */
export interface Answer {
  readonly question: Question;
  readonly evaluation: Evaluation;
}

/** Questions that have the same answer for the same reasons. INVARIANT: never empty. */
export interface AnswerGroup {
  readonly questions: readonly Question[];
  readonly evaluation: Evaluation;
}

/** Asks core every question, in order. */
export function answersTo(cluster: Cluster, questions: readonly Question[]): readonly Answer[] {
  return questions.map((question) => ({
    question,
    evaluation: evaluate(cluster, question.connection),
  }));
}

/** Folds equal answers; groups come in the order of their first questions. */
export function groupAnswers(answers: readonly Answer[]): readonly AnswerGroup[] {
  const groups: { readonly questions: Question[]; readonly evaluation: Evaluation }[] = [];
  for (const { question, evaluation } of answers) {
    const group = groups.find((each) => sameEvaluation(each.evaluation, evaluation));
    if (group === undefined) groups.push({ questions: [question], evaluation });
    else group.questions.push(question);
  }
  return groups;
}

/** The one verdict that all have, or `mixed`. */
export function jointVerdict<V extends string>(verdicts: readonly V[]): V | 'mixed' {
  const [first] = verdicts;
  if (first === undefined) throw new Error('there is no verdict without a question');
  return verdicts.every((verdict) => verdict === first) ? first : 'mixed';
}
