import {
  type Evaluation,
  type Finding,
  type Path,
  type PolicyRef,
  type RuleRef,
  unreachable,
} from '@ringfence/core';
import type { Locate } from './read-objects.ts';

/** Says in two lines why each direction of a connection is decided as it is. */
export function describeEvaluation(
  { egress, ingress }: Evaluation,
  locate: Locate,
): readonly string[] {
  return [`egress: ${describe(egress, locate)}`, `ingress: ${describe(ingress, locate)}`];
}

function describe(finding: Finding, locate: Locate): string {
  switch (finding.kind) {
    case 'notSubject':
      return `no pod under policy (${finding.end})`;
    case 'self':
      return 'a pod reaches itself';
    case 'ownNode':
      return 'a pod and its own node';
    case 'notIsolated':
      return 'no policy isolates this end';
    case 'allowed':
      return `allowed by ${nameOfRule(finding.by, locate)}`;
    case 'denied':
      return `isolated by ${finding.isolatedBy.map(nameOf).join(', ')}, and no rule allows it`;
    case 'decidedByTier':
      return `${finding.action} by ${nameOfRule(finding.by, locate)} (${finding.tier} tier)`;
    case 'unknown':
      return `unknown (${finding.reason})`;
    default:
      return unreachable(finding);
  }
}

function nameOfRule({ policy, direction, rule }: RuleRef, locate: Locate): string {
  const path: Path = ['spec', direction, rule];
  const place = locate(policy, path);
  const where = place === undefined ? '' : ` at ${place.file}:${place.line}`;
  return `${nameOf(policy)} ${direction}[${rule}]${where}`;
}

function nameOf({ kind, namespace, name }: PolicyRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}
