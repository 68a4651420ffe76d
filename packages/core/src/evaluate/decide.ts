import type { Cluster } from '../cluster/cluster.ts';
import type {
  DirectionProfile,
  PeerFacts,
  RankedPeer,
  RuleIndex,
  Traffic,
} from '../cluster/model.ts';
import { matchingPort } from '../cluster/port-index.ts';
import { profileOf } from '../cluster/subject-class.ts';
import type { Direction, Tier } from '../policy/policy.ts';
import type { Connection } from './connection.ts';
import type { End } from './ends.ts';
import { type Finding, type RuleRef } from './finding.ts';

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
export function decide(question: Question, first: FirstMatch = indexedFirst): Finding {
  const { subject, peer, connection } = question;
  if (subject.kind === 'missing' || peer.kind === 'missing') {
    throw new Error('both ends are known before a direction is decided');
  }
  if (subject.kind !== 'pod') return { kind: 'notSubject', end: notSubject(subject) };
  const self = peer.kind === 'pod' && peer.pod === subject.pod;
  if (self && !connection.viaService) return { kind: 'self' };
  if (isOwnNode(question)) return { kind: 'ownNode' };
  const profile = profileOf(subject.pod.subject, question.direction);
  return decideFrom(0, { profile, facts: peer.facts, traffic: question.traffic, self, first }, []);
}

function indexedFirst(
  index: RuleIndex,
  other: PeerFacts,
  traffic: Traffic,
): RankedPeer | undefined {
  return index.first(other, traffic);
}

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

interface Stages {
  readonly profile: DirectionProfile;
  readonly facts: PeerFacts;
  readonly traffic: Traffic;
  /** The pod meets itself through a Service: NetworkPolicy does not apply, the tiers do. */
  readonly self: boolean;
  readonly first: FirstMatch;
}

const STAGES = ['Admin', 'NetworkPolicy', 'Baseline'] as const;

function decideFrom(stage: number, stages: Stages, passed: readonly RuleRef[]): Finding {
  const name = STAGES[stage];
  if (name === undefined) return stages.self ? { kind: 'self' } : { kind: 'notIsolated', passed };
  const index = indexOf(name, stages);
  if (index === undefined) return decideFrom(stage + 1, stages, passed);
  const certain = stages.first(index, stages.facts, stages.traffic);
  const finding = settle(stage, stages, passed, certain);
  if (stages.facts.address !== undefined) return finding;
  // Without an address, a block of an earlier rule may match or not: the answer stands only if it
  // would be the same.
  const earlier = index
    .possible(stages.traffic)
    .filter(({ rank }) => certain === undefined || rank < certain.rank);
  const changes = earlier.some(
    (possible) => !sameVerdict(settle(stage, stages, passed, possible), finding),
  );
  return changes ? { kind: 'unknown', reason: 'noAddress' } : finding;
}

/** The rules of a stage, or `undefined` where the stage has no say. */
function indexOf(name: (typeof STAGES)[number], stages: Stages): RuleIndex | undefined {
  switch (name) {
    case 'Admin':
      return stages.profile.admin;
    case 'NetworkPolicy':
      return stages.self || stages.profile.isolatedBy.length === 0
        ? undefined
        : stages.profile.rules;
    case 'Baseline':
      return stages.profile.baseline;
    default:
      return name satisfies never;
  }
}

/** What follows when `match` is the first rule of a stage that matches. */
function settle(
  stage: number,
  stages: Stages,
  passed: readonly RuleRef[],
  match: RankedPeer | undefined,
): Finding {
  const name = STAGES[stage];
  if (name === 'NetworkPolicy') {
    if (match !== undefined) {
      return { kind: 'allowed', by: ruleRef(match, stages.traffic), passed };
    }
    return { kind: 'denied', isolatedBy: stages.profile.isolatedBy, passed };
  }
  if (match === undefined || name === undefined) return decideFrom(stage + 1, stages, passed);
  const by = ruleRef(match, stages.traffic);
  if (match.rule.action === 'Pass') return decideFrom(stage + 1, stages, [...passed, by]);
  return {
    kind: 'decidedByTier',
    tier: name satisfies Tier,
    action: match.rule.action,
    by,
    passed,
  };
}

/** Points at the rule, peer and port that matched. */
export function ruleRef(match: RankedPeer, traffic: Traffic): RuleRef {
  return {
    policy: match.rule.policy,
    direction: match.rule.direction,
    rule: match.rule.position,
    peer: match.peerPosition,
    port: matchingPort(match.rule.ports, traffic),
  };
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
