import type { Issue } from '../issue.ts';
import { decodeMeta } from '../objects/meta.ts';
import { type Draft, readDraft } from '../objects/draft.ts';
import type { Wire } from '../schema/definitions.ts';
import { invalidValue, isUnreadable, notSupported } from '../schema/field-error.ts';
import { hintForValue } from '../schema/limits.ts';
import { ambiguities } from './ambiguity.ts';
import { decodePeers } from './decode-peers.ts';
import { decodePorts } from './decode-ports.ts';
import { decodeSelector } from './decode-selector.ts';
import type { Direction, DirectionRules, NetworkPolicy, Rule } from './policy.ts';

/**
 * Decodes a NetworkPolicy: validates it as a server would, and resolves what absent, null and empty
 * mean, so that nothing after it has to ask.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function decodeNetworkPolicy(draft: Draft<'NetworkPolicy'>): NetworkPolicy {
  const { metadata, spec } = readDraft(draft);
  const { namespace, name, generation } = decodeMeta(metadata, draft);
  const { reading, issues } = draft;
  const path = ['spec', 'podSelector'];
  const subject = decodeSelector(spec?.podSelector, { path, reading, issues });
  const ingress = decodeIngress(spec?.ingress ?? [], draft);
  const egress = decodeEgress(spec?.egress ?? [], draft);
  const unclear = ambiguities(draft.value, spec);
  for (const issue of policyTypeIssues(spec?.policyTypes ?? [], issues)) issues.push(issue);
  for (const issue of unclear) issues.push(issue);
  return {
    kind: 'NetworkPolicy',
    namespace,
    name,
    generation,
    subject,
    egress: isolates('egress', spec) ? { kind: 'isolated', rules: egress } : NOT_ISOLATED,
    ingress: isolates('ingress', spec) ? { kind: 'isolated', rules: ingress } : NOT_ISOLATED,
  };
}

const NOT_ISOLATED: DirectionRules = { kind: 'notIsolated' };

/**
 * Whether a policy isolates in a direction. Where it does not say, it always isolates for ingress,
 * and for egress if it has an egress rule.
 */
function isolates(direction: Direction, spec: Wire<'NetworkPolicySpec'> | undefined): boolean {
  const types = spec?.policyTypes ?? [];
  if (types.length > 0) return types.includes(direction === 'egress' ? 'Egress' : 'Ingress');
  return direction === 'ingress' || (spec?.egress ?? []).length > 0;
}

function decodeIngress(
  rules: readonly Wire<'NetworkPolicyIngressRule'>[],
  draft: Draft,
): readonly Rule[] {
  return rules.map(({ ports, from }, index) => {
    const path = ['spec', 'ingress', index];
    const matches = decodePorts(ports, [...path, 'ports'], draft.issues);
    return { peers: decodePeers(from, [...path, 'from'], draft), ports: matches };
  });
}

function decodeEgress(
  rules: readonly Wire<'NetworkPolicyEgressRule'>[],
  draft: Draft,
): readonly Rule[] {
  return rules.map(({ ports, to }, index) => {
    const path = ['spec', 'egress', index];
    const matches = decodePorts(ports, [...path, 'ports'], draft.issues);
    return { peers: decodePeers(to, [...path, 'to'], draft), ports: matches };
  });
}

const POLICY_TYPES = ['Ingress', 'Egress'] as const;

function policyTypeIssues(types: readonly string[], known: readonly Issue[]): readonly Issue[] {
  const path = ['spec', 'policyTypes'];
  if (types.length > POLICY_TYPES.length) {
    return [invalidValue({ path }, types, 'may not specify more than two policyTypes')];
  }
  return types.flatMap((type, index) => {
    const at = [...path, index];
    if (type === 'Ingress' || type === 'Egress' || isUnreadable(known, at)) return [];
    const fault = { path: at, hint: hintForValue(type, POLICY_TYPES) };
    return [notSupported(fault, type, POLICY_TYPES)];
  });
}
