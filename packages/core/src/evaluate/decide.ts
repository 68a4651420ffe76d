import type { Cluster } from '../cluster/cluster.ts';
import type { PeerFacts, RankedPeer, Traffic } from '../cluster/compiled.ts';
import type { Stage } from '../cluster/model.ts';
import { firstMatch, matchRef, possibleMatches, type RuleIndex } from '../cluster/rule-index.ts';
import { firstStage } from '../cluster/subject-class.ts';
import type { Direction, RuleRef } from '../policy/policy.ts';
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
  // A stand-in speaks for several pods to come: what it meets of itself is another of them.
  const self = peer.kind === 'pod' && peer.pod === subject.pod && !subject.pod.standIn;
  if (self && !connection.viaService) return { kind: 'self' };
  if (isOwnNode(question)) return { kind: 'ownNode' };
  const stage = firstStage(subject.pod.class.subject, question.direction);
  return decideBy(stage, { facts: peer.facts, traffic: question.traffic, self, first });
}

/** Decides by policies alone: what a subject's stages say of a peer, and at last the default. */
export function decideBy(stage: Stage | undefined, hearing: Hearing): Finding {
  return decideFrom(stage, hearing, NONE_PASSED);
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
export interface Hearing {
  readonly facts: PeerFacts;
  readonly traffic: Traffic;
  /** A pod meets itself through a Service: the tiers apply, NetworkPolicy never does. */
  readonly self: boolean;
  readonly first: FirstMatch;
}

function decideFrom(
  stage: Stage | undefined,
  hearing: Hearing,
  passed: readonly RuleRef[],
): Finding {
  if (stage === undefined) return hearing.self ? { kind: 'self' } : { kind: 'notIsolated', passed };
  if (hearing.self && stage.name === 'NetworkPolicy') {
    return decideFrom(stage.next, hearing, passed);
  }
  const certain = hearing.first(stage, hearing.facts, hearing.traffic);
  const finding = settle(stage, hearing, passed, certain);
  if (hearing.facts.address !== undefined) return finding;
  // Without an address, a block of an earlier rule may match or not: the answer stands only if it
  // would be the same.
  const changes = possibleMatches(stage, hearing.traffic)
    .filter(({ rank }) => certain === undefined || rank < certain.rank)
    .some((possible) => !sameVerdict(settle(stage, hearing, passed, possible), finding));
  return changes ? { kind: 'unknown', reason: 'noAddress' } : finding;
}

/** What follows when `match` is the first rule of a stage that matches. */
function settle(
  stage: Stage,
  hearing: Hearing,
  passed: readonly RuleRef[],
  match: RankedPeer | undefined,
): Finding {
  const { name, next } = stage;
  if (match === undefined) {
    // Isolation by NetworkPolicy denies what none of its rules allows; a tier leaves it open.
    return name === 'NetworkPolicy'
      ? { kind: 'denied', isolatedBy: stage.isolatedBy, passed }
      : decideFrom(next, hearing, passed);
  }
  const by = matchRef(match, hearing.traffic);
  const { action } = match;
  if (action === 'Pass') return decideFrom(next, hearing, [...passed, by]);
  if (name === 'NetworkPolicy') return { kind: 'allowed', by, passed };
  return { kind: 'decidedByTier', tier: name, action, by, passed };
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
