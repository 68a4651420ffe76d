import type { Cluster } from '../../cluster/cluster.ts';
import { possibleMatches } from '../../cluster/rule-index.ts';
import { stagesOf } from '../../cluster/subject-class.ts';
import type { Family } from '../../sets/address.ts';
import type { Connection } from '../connection.ts';
import { commonFamilies, resolveEnds } from '../ends.ts';
import { evaluate, evaluateIn, trafficTo, verdictOf } from '../evaluate.ts';
import type { Finding } from '../finding.ts';
import { suggestNetworkPolicy } from './network-policy.ts';
import type { Denial, Suggestion } from './suggestion.ts';
import { suggestTierPolicy } from './tier-policy.ts';

/**
 * Writes the smallest policies that turn a denial into an allowance: one for each direction that
 * denies. Adding them all makes the verdict `allow`, and takes no decision back that others rely on
 * but those which `newlyIsolated` names.
 *
 * @returns nothing for a connection that is not denied; also nothing where no added policy can help
 *   (a tier's first rule denies, and no policy can come before it).
 */
export function suggestAllowance(cluster: Cluster, connection: Connection): readonly Suggestion[] {
  if (evaluate(cluster, connection).verdict !== 'deny') return [];
  const families =
    connection.family === 'any' ? commonFamilies(cluster, connection) : [connection.family];
  const inFamilies = (families ?? [undefined]).map((each) => suggestIn(cluster, connection, each));
  // What helps in one family only would not make the verdict of all `allow`.
  return inFamilies.some(({ length }) => length === 0) ? [] : merge(inFamilies.flat());
}

function suggestIn(
  cluster: Cluster,
  connection: Connection,
  family: Family | undefined,
): readonly Suggestion[] {
  const evaluation = evaluateIn(cluster, connection, family);
  // What depends on an address that is not there yet cannot be promised either.
  if (evaluation.egress.kind === 'unknown' || evaluation.ingress.kind === 'unknown') return [];
  const { from, to } = resolveEnds(cluster, connection, family);
  const traffic = trafficTo(to, connection);
  const suggestions: Suggestion[] = [];
  for (const direction of ['egress', 'ingress'] as const) {
    const finding = evaluation[direction];
    if (verdictOf(finding) !== 'deny') continue;
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    if (subject.kind !== 'pod') return [];
    const { pod } = subject;
    const suggestion = suggestFor({ cluster, connection, direction, pod, peer, traffic }, finding);
    if (suggestion === undefined) return [];
    suggestions.push(suggestion);
  }
  return suggestions;
}

function suggestFor(denial: Denial, finding: Finding): Suggestion | undefined {
  if (mayMeetBlocks(denial)) return undefined;
  if (finding.kind === 'denied') return suggestNetworkPolicy(denial);
  return finding.kind === 'decidedByTier'
    ? suggestTierPolicy(denial, finding.tier, finding.by.policy)
    : undefined;
}

/** A peer without address may get one that a tier's block decides about: nothing can be promised. */
function mayMeetBlocks({ direction, pod, peer, traffic }: Denial): boolean {
  if (peer.kind === 'missing' || peer.facts.address !== undefined) return false;
  return stagesOf(pod.class.subject, direction).some(
    (stage) => stage.name !== 'NetworkPolicy' && possibleMatches(stage, traffic).length > 0,
  );
}

/** Leaves out what the families say alike, and tells apart by name what they say differently. */
function merge(suggestions: readonly Suggestion[]): readonly Suggestion[] {
  const merged: Suggestion[] = [];
  for (const suggestion of suggestions) {
    const text = JSON.stringify(suggestion.manifest);
    if (merged.some(({ manifest }) => JSON.stringify(manifest) === text)) continue;
    const { name } = suggestion.manifest.metadata;
    const taken = merged.some(({ manifest }) => manifest.metadata.name === name);
    merged.push(taken ? renamed(suggestion, `${name}-2`) : suggestion);
  }
  return merged;
}

function renamed(suggestion: Suggestion, name: string): Suggestion {
  const { manifest } = suggestion;
  return { ...suggestion, manifest: { ...manifest, metadata: { ...manifest.metadata, name } } };
}
