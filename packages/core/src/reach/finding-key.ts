import type { Finding } from '../evaluate/finding.ts';
import type { PolicyRef, RuleRef } from '../policy/policy.ts';
import { unreachable } from '../unreachable.ts';

/** Text that is the same for equal findings only. */
export function findingKey(finding: Finding): string {
  switch (finding.kind) {
    case 'self':
    case 'ownNode':
      return finding.kind;
    case 'notSubject':
      return `notSubject ${finding.end}`;
    case 'notIsolated':
      return `notIsolated${rulesKey(finding.passed)}`;
    case 'allowed':
      return `allowed ${ruleKey(finding.by)}${rulesKey(finding.passed)}`;
    case 'denied':
      return `denied ${finding.isolatedBy.map(policyKey).join()}${rulesKey(finding.passed)}`;
    case 'decidedByTier':
      return `${finding.tier} ${finding.action} ${ruleKey(finding.by)}${rulesKey(finding.passed)}`;
    case 'unknown':
      return `unknown ${finding.reason}`;
    default:
      return unreachable(finding);
  }
}

function rulesKey(passed: readonly RuleRef[]): string {
  return passed.length === 0 ? '' : ` passed ${passed.map(ruleKey).join()}`;
}

function ruleKey({ policy, direction, rule, peer, port }: RuleRef): string {
  return `${policyKey(policy)} ${direction} ${rule}.${peer}.${port}`;
}

function policyKey({ kind, namespace, name }: PolicyRef): string {
  return `${kind}/${namespace}/${name}`;
}
