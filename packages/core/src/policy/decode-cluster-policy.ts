import type { Issue, Path } from '../issue.ts';
import { type Draft, readDraft } from '../objects/draft.ts';
import { decodeMeta } from '../objects/meta.ts';
import { type Protocol, PROTOCOLS } from '../objects/object.ts';
import type { Wire } from '../schema/definitions.ts';
import { ruleBroken } from '../schema/field-error.ts';
import { decodeSubject } from './decode-subject.ts';
import { decodeTierPeers, type WireTierPeer } from './decode-tier-peers.ts';
import type { PortMatch, Ports, TierPolicy, TierRule } from './policy.ts';

type WireProtocol = Wire<'ClusterNetworkPolicyProtocol'>;
type WireRule = Omit<Wire<'ClusterNetworkPolicyIngressRule'>, 'from'>;

/**
 * Decodes a ClusterNetworkPolicy.
 *
 * @see https://network-policy-api.sigs.k8s.io/api-overview/
 */
export function decodeClusterNetworkPolicy(draft: Draft<'ClusterNetworkPolicy'>): TierPolicy {
  const { metadata, spec } = readDraft(draft);
  const { name, generation } = decodeMeta(metadata, draft);
  const { reading, issues } = draft;
  const path = ['spec', 'subject'];
  return {
    kind: 'ClusterNetworkPolicy',
    namespace: '',
    name,
    generation,
    tier: spec?.tier ?? 'Admin',
    priority: spec?.priority ?? 0,
    subject: decodeSubject(spec?.subject ?? NO_SUBJECT, { path, reading, issues }),
    egress: (spec?.egress ?? []).map((rule, index) =>
      decodeRule(rule, { field: 'to', peers: rule.to }, ['spec', 'egress', index], draft),
    ),
    ingress: (spec?.ingress ?? []).map((rule, index) =>
      decodeRule(rule, { field: 'from', peers: rule.from }, ['spec', 'ingress', index], draft),
    ),
  };
}

/** Stands for a subject that was not written; the policy is invalid then. */
export const NO_SUBJECT: Wire<'TierSubject'> = { namespaces: undefined, pods: undefined };

function decodeRule(
  wire: WireRule,
  { field, peers }: { field: 'from' | 'to'; peers: readonly WireTierPeer[] | undefined },
  path: Path,
  draft: Draft,
): TierRule {
  const ports = decodeProtocols(wire.protocols, [...path, 'protocols'], draft.issues);
  const rule: TierRule = {
    name: wire.name ?? '',
    action: wire.action ?? 'Deny',
    peers: decodeTierPeers(peers, [...path, field], draft),
    ports,
  };
  const found = namedPortIssues(rule, path, 'networks/nodes/domainNames');
  for (const issue of found) draft.issues.push(issue);
  return rule;
}

/** What is not a pod has no container ports that a name could mean; `others` says what that is. */
export function namedPortIssues(
  { peers, ports }: TierRule,
  path: Path,
  others: 'networks/nodes' | 'networks/nodes/domainNames',
): readonly Issue[] {
  if (peers.kind === 'anyone' || ports.kind === 'any') return [];
  const hasNames = ports.ports.some(({ kind }) => kind === 'named');
  const hasNoPods = peers.peers.some(({ kind }) => kind !== 'pods');
  if (!hasNames || !hasNoPods) return [];
  const detail = `${others} peer cannot be set with namedPorts since there are no namedPorts for ${others}`;
  return [ruleBroken({ path, hint: 'name the port by its number' }, detail)];
}

function decodeProtocols(
  wire: readonly WireProtocol[] | undefined,
  path: Path,
  issues: Issue[],
): Ports {
  if (wire === undefined || wire.length === 0) return { kind: 'any' };
  const ports = wire.flatMap((each, index) => decodeProtocol(each, [...path, index], issues));
  return { kind: 'ports', ports };
}

function decodeProtocol(wire: WireProtocol, path: Path, issues: Issue[]): readonly PortMatch[] {
  const { destinationNamedPort } = wire;
  if (destinationNamedPort !== undefined) {
    return [{ kind: 'named', protocol: 'any', name: destinationNamedPort }];
  }
  return PROTOCOLS.flatMap((protocol) => {
    const field = FIELD_OF[protocol];
    const port = wire[field]?.destinationPort;
    if (port === undefined) return [];
    if (port.number !== undefined) {
      return [{ kind: 'range', protocol, from: port.number, to: port.number }];
    }
    const at = [...path, field, 'destinationPort', 'range'];
    if (port.range === undefined) return [];
    return decodeRange({ ...port.range, protocol, atLeast: 2 }, at, issues);
  });
}

const FIELD_OF = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const satisfies Record<
  Protocol,
  keyof WireProtocol
>;

interface WireRange {
  readonly protocol: Protocol;
  readonly start: number | undefined;
  readonly end: number | undefined;
  /** How many ports a range has at least: two, where its end must lie after its start. */
  readonly atLeast: 1 | 2;
}

/** Decodes a range of ports; of an incomplete one an issue says so already. */
export function decodeRange(
  { protocol, start, end, atLeast }: WireRange,
  path: Path,
  issues: Issue[],
): readonly PortMatch[] {
  if (start === undefined || end === undefined) return [];
  if (end - start + 1 < atLeast) {
    issues.push(ruleBroken({ path }, 'Start port must be less than End port'));
  }
  return [{ kind: 'range', protocol, from: start, to: end }];
}
