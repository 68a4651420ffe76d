import type { Issue, Path } from '../issue.ts';
import { type Draft, readDraft } from '../objects/draft.ts';
import { decodeMeta } from '../objects/meta.ts';
import type { Wire } from '../schema/definitions.ts';
import { ruleBroken } from '../schema/field-error.ts';
import { decodeRange, namedPortIssues, NO_SUBJECT } from './decode-cluster-policy.ts';
import { decodeSubject } from './decode-subject.ts';
import { decodeTierPeers, type WireTierPeer } from './decode-tier-peers.ts';
import type { Action, PodsInNamespaces, PortMatch, Ports, TierPolicy, TierRule } from './policy.ts';

/** The priority of a BaselineAdminNetworkPolicy: after every ClusterNetworkPolicy of its tier. */
const LAST = 1001;

/**
 * Decodes an AdminNetworkPolicy: the older form of a ClusterNetworkPolicy of tier Admin.
 *
 * @see https://network-policy-api.sigs.k8s.io/api-overview/
 */
export function decodeAdminNetworkPolicy(draft: Draft<'AdminNetworkPolicy'>): TierPolicy {
  const { metadata, spec } = readDraft(draft);
  const { name, generation } = decodeMeta(metadata, draft);
  return {
    kind: 'AdminNetworkPolicy',
    namespace: '',
    name,
    generation,
    tier: 'Admin',
    priority: spec?.priority ?? 0,
    ...decodeBody(spec, draft),
  };
}

/** Decodes a BaselineAdminNetworkPolicy; there is one at most, named `default`. */
export function decodeBaselinePolicy(draft: Draft<'BaselineAdminNetworkPolicy'>): TierPolicy {
  const { metadata, spec } = readDraft(draft);
  const { name, generation } = decodeMeta(metadata, draft);
  if (name !== '' && name !== 'default') {
    const detail =
      'Only one baseline admin network policy with metadata.name="default" can be created in the cluster';
    const fault = { path: ['metadata', 'name'], hint: 'write `name: default`' };
    draft.issues.push(ruleBroken(fault, detail));
  }
  return {
    kind: 'BaselineAdminNetworkPolicy',
    namespace: '',
    name,
    generation,
    tier: 'Baseline',
    priority: LAST,
    ...decodeBody(spec, draft),
  };
}

interface WireBody {
  readonly subject: Wire<'TierSubject'> | undefined;
  readonly ingress: readonly (WireRule & { readonly from: WirePeers })[] | undefined;
  readonly egress: readonly (WireRule & { readonly to: WirePeers })[] | undefined;
}

type WirePeers = readonly WireTierPeer[] | undefined;
type WireRule = Omit<Wire<'AdminNetworkPolicyIngressRule'>, 'from'>;

interface Body {
  readonly subject: PodsInNamespaces;
  readonly egress: readonly TierRule[];
  readonly ingress: readonly TierRule[];
}

function decodeBody(wire: WireBody | undefined, draft: Draft): Body {
  const { reading, issues } = draft;
  const path = ['spec', 'subject'];
  return {
    subject: decodeSubject(wire?.subject ?? NO_SUBJECT, { path, reading, issues }),
    egress: (wire?.egress ?? []).map((rule, index) =>
      decodeRule(rule, { field: 'to', peers: rule.to }, ['spec', 'egress', index], draft),
    ),
    ingress: (wire?.ingress ?? []).map((rule, index) =>
      decodeRule(rule, { field: 'from', peers: rule.from }, ['spec', 'ingress', index], draft),
    ),
  };
}

const ACTIONS = { Allow: 'Accept', Deny: 'Deny', Pass: 'Pass' } as const satisfies Record<
  string,
  Action
>;

function decodeRule(
  wire: WireRule,
  { field, peers }: { field: 'from' | 'to'; peers: WirePeers },
  path: Path,
  draft: Draft,
): TierRule {
  const ports = decodePorts(wire.ports, [...path, 'ports'], draft.issues);
  const rule: TierRule = {
    name: wire.name ?? '',
    action: ACTIONS[wire.action ?? 'Deny'],
    peers: decodeTierPeers(peers, [...path, field], draft),
    ports,
  };
  // A baseline has no peers by domain name.
  const others =
    draft.kind === 'AdminNetworkPolicy' ? 'networks/nodes/domainNames' : 'networks/nodes';
  for (const issue of namedPortIssues(rule, path, others)) draft.issues.push(issue);
  return rule;
}

function decodePorts(
  wire: readonly Wire<'AdminNetworkPolicyPort'>[] | undefined,
  path: Path,
  issues: Issue[],
): Ports {
  if (wire === undefined || wire.length === 0) return { kind: 'any' };
  const ports = wire.flatMap((each, index) => decodePort(each, [...path, index], issues));
  return { kind: 'ports', ports };
}

function decodePort(
  { namedPort, portNumber, portRange }: Wire<'AdminNetworkPolicyPort'>,
  path: Path,
  issues: Issue[],
): readonly PortMatch[] {
  if (namedPort !== undefined) return [{ kind: 'named', protocol: 'any', name: namedPort }];
  if (portNumber?.port !== undefined) {
    const { protocol, port } = portNumber;
    return [{ kind: 'range', protocol, from: port, to: port }];
  }
  if (portRange === undefined) return [];
  return decodeRange({ ...portRange, atLeast: 1 }, [...path, 'portRange'], issues);
}
