import type { Cluster } from '../cluster/cluster.ts';
import type { RuleIndex } from '../cluster/rule-index.ts';
import { stagesOf } from '../cluster/subject-class.ts';
import { PROTOCOLS, type Protocol } from '../objects/object.ts';
import type { Direction } from '../policy/policy.ts';
import type { Connection } from './connection.ts';
import { type End, resolveEnds } from './ends.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './finding.ts';

/** The answer for a range of ports of one protocol; `other` has the one range 0..0. */
export interface PortAnswer {
  readonly protocol: Protocol | 'other';
  /** First and last port, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly evaluation: Evaluation;
}

const FIRST_PORT = 1;
const LAST_PORT = 65_535;

/**
 * Answers for every port and protocol between two ends.
 *
 * The answer changes only where a rule's range begins or ends, or at a port that the destination has
 * given a name: one evaluation stands for all ports between two such places. Neighbouring ranges
 * with the same findings are one. TCP, UDP and SCTP are each covered from 1 to 65535, in order.
 */
export function evaluatePorts(
  cluster: Cluster,
  ends: Omit<Connection, 'protocol' | 'port'>,
): readonly PortAnswer[] {
  const starts = portStarts(cluster, ends);
  const answers: PortAnswer[] = [];
  for (const protocol of PROTOCOLS) {
    const ofProtocol: PortAnswer[] = [];
    starts.forEach((from, index) => {
      const to = (starts[index + 1] ?? LAST_PORT + 1) - 1;
      const evaluation = evaluate(cluster, { ...ends, protocol, port: from });
      append(ofProtocol, { protocol, from, to, evaluation });
    });
    answers.push(...ofProtocol);
  }
  const evaluation = evaluate(cluster, { ...ends, protocol: 'other', port: 0 });
  return [...answers, { protocol: 'other', from: 0, to: 0, evaluation }];
}

function append(answers: PortAnswer[], next: PortAnswer): void {
  const last = answers.at(-1);
  if (last === undefined || !sameEvaluation(last.evaluation, next.evaluation)) answers.push(next);
  else answers[answers.length - 1] = { ...last, to: next.to };
}

/** Whether both say the same for the same reasons. */
export function sameEvaluation(left: Evaluation, right: Evaluation): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function portStarts(
  cluster: Cluster,
  ends: Omit<Connection, 'protocol' | 'port'>,
): readonly number[] {
  const starts = new Set([FIRST_PORT]);
  // Ports and rules are the same in every family.
  const { from, to } = resolveEnds(cluster, { ...ends, family: 'any' }, undefined);
  addRuleStarts(from, 'egress', starts);
  addRuleStarts(to, 'ingress', starts);
  if (to.kind === 'pod') {
    for (const { port } of to.pod.object.ports) addRange(port, port, starts);
  }
  return [...starts].filter((port) => port <= LAST_PORT).sort((left, right) => left - right);
}

function addRuleStarts(subject: End, direction: Direction, starts: Set<number>): void {
  if (subject.kind !== 'pod') return;
  for (const stage of stagesOf(subject.pod.class.subject, direction)) addIndexStarts(stage, starts);
}

function addIndexStarts(index: RuleIndex, starts: Set<number>): void {
  for (const { rule } of index.peers) {
    if (rule.ports.kind === 'any') continue;
    for (const match of rule.ports.ports) {
      if (match.kind === 'range') addRange(match.from, match.to, starts);
    }
  }
}

function addRange(from: number, to: number, starts: Set<number>): void {
  starts.add(from);
  starts.add(to + 1);
}
