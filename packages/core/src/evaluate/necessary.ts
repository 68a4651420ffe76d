import type { Cluster } from '../cluster/cluster.ts';
import type { RankedPeer } from '../cluster/compiled.ts';
import { allMatches } from '../cluster/rule-index.ts';
import type { Direction, RuleRef } from '../policy/policy.ts';
import type { Connection } from './connection.ts';
import { decide, type FirstMatch } from './decide.ts';
import { commonFamilies, resolveEnds } from './ends.ts';
import { trafficTo, verdictOf } from './evaluate.ts';
import type { Finding } from './finding.ts';

/**
 * The rules that a direction's allowance rests on: without all of them it would be denied. One
 * alone is necessary; of several, each is enough. Empty where the direction is denied anyway, or
 * would be allowed without any rule. With the family left open they are those of the first family
 * that the ends share: each family may have its own.
 */
export interface NecessaryRules {
  readonly egress: readonly RuleRef[];
  readonly ingress: readonly RuleRef[];
}

/** Finds the rules without which an allowed connection would be denied. */
export function necessaryRules(cluster: Cluster, connection: Connection): NecessaryRules {
  const family =
    connection.family === 'any' ? commonFamilies(cluster, connection)?.[0] : connection.family;
  const { from, to } = resolveEnds(cluster, connection, family);
  if (from.kind === 'missing' || to.kind === 'missing') return { egress: [], ingress: [] };
  const traffic = trafficTo(to, connection);
  const of = (direction: Direction): readonly RuleRef[] => {
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    return leaveOut((first) =>
      decide({ cluster, connection, direction, subject, peer, traffic }, first),
    );
  };
  return { egress: of('egress'), ingress: of('ingress') };
}

/** Leaves out rule after rule that allows, until the answer is no longer an allowance by a rule. */
function leaveOut(decideWith: (first: FirstMatch) => Finding): readonly RuleRef[] {
  const left: RuleRef[] = [];
  const isLeft = ({ rule }: RankedPeer): boolean =>
    left.some(({ policy, rule: position }) => policy === rule.policy && position === rule.position);
  for (;;) {
    const finding = decideWith((index, other, traffic) =>
      allMatches(index, other, traffic).find((ranked) => !isLeft(ranked)),
    );
    const byRule = finding.kind === 'allowed' || finding.kind === 'decidedByTier';
    if (!byRule || verdictOf(finding) === 'deny') return verdictOf(finding) === 'deny' ? left : [];
    left.push(finding.by);
  }
}
