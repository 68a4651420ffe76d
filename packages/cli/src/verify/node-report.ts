import { type Finding, formatAddress, type RuleRef, unreachable } from '@ringfence/core';
import type { Difference, End, Proof, Traffic } from '@ringfence/dataplane';
import { policyName } from '../eval/finding-text.ts';

/** What came of verifying one node, in a form that can be sent. */
export interface NodeReport {
  readonly node: string;
  /** Whether the kernel holds what the policies mean. */
  readonly holds: boolean;
  /** What is wrong with the tables as such, in words. */
  readonly wrong: readonly string[];
  /** What is not wrong, and to be known. */
  readonly notes: readonly string[];
  readonly differences: readonly DifferenceReport[];
  readonly differencesInAll: number;
  readonly harmless: readonly DifferenceReport[];
  readonly harmlessInAll: number;
  readonly compared: Proof['compared'];
  readonly readMs: number;
  readonly proveMs: number;
}

/** A difference, in words. */
export type DifferenceReport =
  | {
      readonly kind: 'layout';
      readonly where: string;
      readonly kernel: string;
      readonly expected: string;
    }
  | {
      readonly kind: 'element';
      readonly set: string;
      readonly is: 'missing' | 'extra' | 'other';
      readonly element: string;
      readonly means: string;
    }
  | {
      readonly kind: 'connections';
      readonly from: string;
      readonly to: string;
      /** How many peers it is about: one of them is named. */
      readonly peers: number;
      /** As `TCP 80-90`. */
      readonly traffic: string;
      readonly direction: 'egress' | 'ingress';
      readonly kernel: 'allow' | 'deny';
      readonly policies: 'allow' | 'deny';
      readonly rule: string;
      readonly because: string;
    };

/** Puts a difference into words. */
export function differenceReport(difference: Difference): DifferenceReport {
  if (difference.kind !== 'verdict') return difference;
  const { direction, subject, peer, peers, traffic, kernel, policies, because } = difference;
  const [one, other] = [endText(subject), endText(peer)];
  const [from, to] = direction === 'egress' ? [one, other] : [other, one];
  return {
    kind: 'connections',
    from,
    to,
    peers,
    direction,
    kernel,
    policies,
    because,
    traffic: trafficText(traffic),
    rule: reasonText(difference.finding),
  };
}

function endText({ address, pod, last }: End): string {
  const text = formatAddress(address);
  if (pod !== '') return `${pod} (${text})`;
  return last.value === address.value ? text : `${text} to ${formatAddress(last)}`;
}

function trafficText({ protocol, from, to }: Traffic): string {
  if (protocol === 'other') return 'all that has no ports';
  const name = typeof protocol === 'number' ? `IP protocol ${protocol}, bytes` : protocol;
  return from === to ? `${name} ${from}` : `${name} ${from}-${to}`;
}

/** What policies say, and which of them. */
function reasonText(finding: Finding): string {
  switch (finding.kind) {
    case 'notSubject':
    case 'ownNode':
    case 'self':
      return 'no policy is asked';
    case 'notIsolated':
      return 'no policy isolates the pod';
    case 'allowed':
      return ruleText(finding.by);
    case 'denied':
      return `isolated by ${finding.isolatedBy.map(policyName).join(', ')}`;
    case 'decidedByTier':
      return `${ruleText(finding.by)} (${finding.tier} tier, ${finding.action})`;
    case 'unknown':
      return 'an address is missing';
    default:
      return unreachable(finding);
  }
}

function ruleText({ policy, direction, rule }: RuleRef): string {
  return `${policyName(policy)}, ${direction}[${rule}]`;
}
