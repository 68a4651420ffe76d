import {
  type Cluster,
  type Connection,
  type Evaluation,
  type Finding,
  type NecessaryRules,
  necessaryRules,
  type PolicyRef,
  type RuleRef,
  type Suggestion,
  suggestAllowance,
  unreachable,
} from '@ringfence/core';
import type { Place } from '@ringfence/kube';
import { labelOfPod } from '../ends/spelling.ts';
import type { AnswerGroup } from './answer.ts';
import { type Places, rulePath } from './place.ts';
import type { Pair } from './question.ts';

/** A value that JSON can hold. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Fields of a JSON object; `undefined` is left out when it is written. */
export type JsonFields = { readonly [key: string]: Json };

/** Connections that have one answer, and what follows from it; as `docs/cli.md` documents them. */
export function answerGroupJson(
  { questions, evaluation }: AnswerGroup,
  { cluster, places }: { readonly cluster: Cluster; readonly places: Places },
): JsonFields {
  const [question] = questions;
  if (question === undefined) throw new Error('a group of answers has a question');
  return {
    connections: questions.map((each) => ({ ...pairJson(each), ...targetJson(each.connection) })),
    ...evaluationJson(evaluation, places),
    ...necessaryJson(necessaryRules(cluster, question.connection), places),
    suggestions: suggestAllowance(cluster, question.connection).map(suggestionJson),
  };
}

function necessaryJson({ egress, ingress }: NecessaryRules, places: Places): JsonFields {
  const rules = (refs: readonly RuleRef[]): Json => refs.map((ref) => ruleJson(ref, places));
  return { necessaryRules: { egress: rules(egress), ingress: rules(ingress) } };
}

function suggestionJson(suggestion: Suggestion): JsonFields {
  const { direction, manifest, alsoSubjects, newlyIsolated } = suggestion;
  return {
    direction,
    manifest,
    alsoSubjects: alsoSubjects.map(labelOfPod),
    newlyIsolated: newlyIsolated.map(labelOfPod),
  };
}

/** The ends of a connection, and the family where one was asked for. */
export function pairJson({ from, to, family }: Pair): JsonFields {
  return { from: from.label, to: to.label, ...(family === 'any' ? {} : { family }) };
}

function targetJson({ protocol, port }: Pick<Connection, 'protocol' | 'port'>): JsonFields {
  return protocol === 'other' ? { protocol } : { protocol, port };
}

/** The verdict and both findings; and the reason, where there is no verdict. */
export function evaluationJson(evaluation: Evaluation, places: Places): JsonFields {
  const { verdict, egress, ingress } = evaluation;
  const findings = { egress: findingJson(egress, places), ingress: findingJson(ingress, places) };
  const reason = [egress, ingress].find((finding) => finding.kind === 'unknown')?.reason;
  if (verdict !== 'unknown' || reason === undefined) return { verdict, ...findings };
  return { verdict, reason, ...findings };
}

function findingJson(finding: Finding, places: Places): JsonFields {
  switch (finding.kind) {
    case 'notSubject':
      return { kind: finding.kind, end: finding.end };
    case 'self':
    case 'ownNode':
      return { kind: finding.kind };
    case 'unknown':
      return { kind: finding.kind, reason: finding.reason };
    case 'notIsolated':
      return { kind: finding.kind, ...passedJson(finding.passed, places) };
    case 'allowed':
      return {
        kind: finding.kind,
        by: ruleJson(finding.by, places),
        ...passedJson(finding.passed, places),
      };
    case 'denied':
      return {
        kind: finding.kind,
        isolatedBy: finding.isolatedBy.map((policy) => policyJson(policy, places)),
        ...passedJson(finding.passed, places),
      };
    case 'decidedByTier':
      return {
        kind: finding.kind,
        tier: finding.tier,
        action: finding.action,
        by: ruleJson(finding.by, places),
        ...passedJson(finding.passed, places),
      };
    default:
      return unreachable(finding);
  }
}

function passedJson(passed: readonly RuleRef[], places: Places): JsonFields {
  return { passed: passed.map((rule) => ruleJson(rule, places)) };
}

/** A rule: the policy, the positions of what matched, and where it is written. */
function ruleJson(ref: RuleRef, places: Places): JsonFields {
  const { policy, direction, rule, peer, port } = ref;
  return {
    policy: refJson(policy),
    direction,
    rule,
    ...(peer === -1 ? {} : { peer }),
    ...(port === -1 ? {} : { port }),
    ...placeJson(places.of(policy, rulePath(ref))),
  };
}

function policyJson(policy: PolicyRef, places: Places): JsonFields {
  return { ...refJson(policy), ...placeJson(places.ofPolicy(policy)) };
}

function refJson({ kind, namespace, name }: PolicyRef): JsonFields {
  return namespace === '' ? { kind, name } : { kind, namespace, name };
}

function placeJson(place: Place | undefined): JsonFields {
  return place === undefined ? {} : { file: place.file, line: place.line };
}
