import type { Cluster } from '../cluster/cluster.ts';
import type { PeerFacts, RankedPeer, Traffic } from '../cluster/compiled.ts';
import type { Stage } from '../cluster/model.ts';
import { firstMatch, matchRef, possibleMatches, type RuleIndex } from '../cluster/rule-index.ts';
import { profileOf } from '../cluster/subject-class.ts';
import type { Direction, PolicyRef, RuleRef } from '../policy/policy.ts';
import type { Connection } from './connection.ts';
import type { End } from './ends.ts';
import type { Finding } from './finding.ts';

/** One direction of a connection: the subject is the end whose policies decide it. */
export interface Question {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly direction: Direction;
  readonly subject: End;
  readonly peer: End;
  readonly traffic: Traffic;
}

/** How the first match of a stage is found; explanations leave rules out. */
export type FirstMatch = (
  index: RuleIndex,
  other: PeerFacts,
  traffic: Traffic,
) => RankedPeer | undefined;

/**
 * Decides one direction: the exemptions, then Admin, NetworkPolicy, Baseline, and at last the
 * default, which allows.
 *
 * @see https://network-policy-api.sigs.k8s.io/reference/spec/
 */
export function decide(question: Question, first: FirstMatch = firstMatch): Finding {
  const { subject, peer, connection } = question;
  if (subject.kind === 'missing' || peer.kind === 'missing') {
    throw new Error('both ends are known before a direction is decided');
  }
  if (subject.kind !== 'pod') return { kind: 'notSubject', end: notSubject(subject) };
  const self = peer.kind === 'pod' && peer.pod === subject.pod;
  if (self && !connection.viaService) return { kind: 'self' };
  if (isOwnNode(question)) return { kind: 'ownNode' };
  const { stages, isolatedBy } = profileOf(subject.pod.subject, question.direction);
  // NetworkPolicy never applies to a pod that meets itself; the tiers do, through a Service.
  const heard = self ? stages.filter(({ name }) => name !== 'NetworkPolicy') : stages;
  const { traffic } = question;
  const hearing = { stages: heard, isolatedBy, facts: peer.facts, traffic, self, first };
  return decideFrom(0, hearing, NONE_PASSED);
}

const NONE_PASSED: readonly RuleRef[] = [];

function notSubject(end: End): 'external' | 'node' | 'hostNetwork' {
  if (end.kind !== 'host') return 'external';
  return end.hostNetworkPod ? 'hostNetwork' : 'node';
}

/** Ingress from the own node is always allowed; egress to it only where the cluster is told so. */
function isOwnNode({ cluster, direction, subject, peer }: Question): boolean {
  if (subject.kind !== 'pod' || peer.kind !== 'host') return false;
  if (direction === 'egress' && cluster.options.ownNodeEgress !== 'allow') return false;
  const { node } = subject.pod.object;
  return node !== '' && peer.nodes.includes(node);
}

/** What the stages are asked. */
interface Hearing {
  readonly stages: readonly Stage[];
  readonly isolatedBy: readonly PolicyRef[];
  readonly facts: PeerFacts;
  readonly traffic: Traffic;
  readonly self: boolean;
  readonly first: FirstMatch;
}

function decideFrom(position: number, hearing: Hearing, passed: readonly RuleRef[]): Finding {
  const stage = hearing.stages[position];
  if (stage === undefined) return hearing.self ? { kind: 'self' } : { kind: 'notIsolated', passed };
  const { facts, traffic } = hearing;
  const settle = (match: RankedPeer | undefined): Finding =>
    match === undefined && stage.name !== 'NetworkPolicy'
      ? decideFrom(position + 1, hearing, passed)
      : settleStage(position, hearing, passed, match);
  const certain = hearing.first(stage.index, facts, traffic);
  const finding = settle(certain);
  if (facts.address !== undefined) return finding;
  // Without an address, a block of an earlier rule may match or not: the answer stands only if it
  // would be the same.
  const changes = possibleMatches(stage.index, traffic)
    .filter(({ rank }) => certain === undefined || rank < certain.rank)
    .some((possible) => !sameVerdict(settle(possible), finding));
  return changes ? { kind: 'unknown', reason: 'noAddress' } : finding;
}

/** What follows when `match` is the first rule of a stage that matches; none is a NetworkPolicy's no. */
function settleStage(
  position: number,
  hearing: Hearing,
  passed: readonly RuleRef[],
  match: RankedPeer | undefined,
): Finding {
  if (match === undefined) return { kind: 'denied', isolatedBy: hearing.isolatedBy, passed };
  const by = matchRef(match, hearing.traffic);
  const { action } = match.rule;
  if (action === 'Pass') return decideFrom(position + 1, hearing, [...passed, by]);
  const tier = hearing.stages[position]?.name;
  if (tier === undefined || tier === 'NetworkPolicy') return { kind: 'allowed', by, passed };
  return { kind: 'decidedByTier', tier, action, by, passed };
}

function sameVerdict(left: Finding, right: Finding): boolean {
  return left.kind === 'unknown' || right.kind === 'unknown'
    ? left.kind === right.kind
    : denies(left) === denies(right);
}

function denies(finding: Finding): boolean {
  return (
    finding.kind === 'denied' || (finding.kind === 'decidedByTier' && finding.action === 'Deny')
  );
}
