import type { Issue } from '../issue.ts';
import { type KindName, isKindName, kindMeantBy, kindOf } from './kinds.ts';

/** What an object's `apiVersion` and `kind` say that it is. */
export type Served =
  | { readonly kind: 'served'; readonly name: KindName }
  | { readonly kind: 'noMatches'; readonly issue: Issue }
  | { readonly kind: 'otherKind'; readonly foreignPolicy: boolean };

/** Finds the kind that an object says to be of. */
export function servedAs(apiVersion: string, kind: string): Served {
  const meant = isKindName(kind) ? kind : kindMeantBy(kind);
  if (meant === kind && kindOf(meant).apiVersion === apiVersion) {
    return { kind: 'served', name: meant };
  }
  if (meant === undefined || !isGroupOfKubernetes(apiVersion)) {
    return { kind: 'otherKind', foreignPolicy: isForeignPolicy(apiVersion, kind) };
  }
  return { kind: 'noMatches', issue: noMatches(apiVersion, kind, meant) };
}

/** In kubectl's words. Where both are wrong, the hint says both. */
function noMatches(apiVersion: string, kind: string, meant: KindName): Issue {
  const right = kindOf(meant).apiVersion;
  const hints = [
    ...(apiVersion === right ? [] : [`\`apiVersion: ${right}\``]),
    ...(kind === meant ? [] : [`\`kind: ${meant}\``]),
  ];
  return {
    code: 'noMatches',
    severity: 'error',
    path: [apiVersion === right ? 'kind' : 'apiVersion'],
    at: 'value',
    message: `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`,
    hint: `write ${hints.join(' and ')}${WAS_SERVED.has(apiVersion) ? `: ${apiVersion} is no longer served` : ''}`,
  };
}

const WAS_SERVED: ReadonlySet<string> = new Set([
  'extensions/v1beta1',
  'apps/v1beta1',
  'apps/v1beta2',
  'batch/v1beta1',
  'batch/v2alpha1',
  'networking.k8s.io/v1beta1',
]);

/**
 * Whether a group could be meant to be one of Kubernetes' own: without a dot (`apps`, `networking`)
 * or under k8s.io. Others may use our kinds' names for kinds of theirs.
 */
function isGroupOfKubernetes(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  if (group === 'k8s.ovn.org') return false;
  return !group.includes('.') || (group.endsWith('.k8s.io') && !group.endsWith('.x-k8s.io'));
}

/** The group of an API version; `networking.k8s.io`, which lacks its version, is a group too. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? apiVersion : apiVersion.slice(0, slash);
}

function isForeignPolicy(apiVersion: string, kind: string): boolean {
  return FOREIGN_POLICIES.get(groupOf(apiVersion))?.includes(kind) === true;
}

/** Kinds of other products that decide, too, which connections are made. */
const FOREIGN_POLICIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['projectcalico.org', ['NetworkPolicy', 'GlobalNetworkPolicy']],
  ['crd.projectcalico.org', ['NetworkPolicy', 'GlobalNetworkPolicy']],
  ['cilium.io', ['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy']],
  ['crd.antrea.io', ['NetworkPolicy', 'ClusterNetworkPolicy']],
  ['k8s.ovn.org', ['EgressFirewall']],
  ['network.openshift.io', ['EgressNetworkPolicy']],
  ['k8s.cni.cncf.io', ['MultiNetworkPolicy']],
  ['networking.gke.io', ['FQDNNetworkPolicy']],
  ['networking.k8s.aws', ['ApplicationNetworkPolicy', 'ClusterNetworkPolicy']],
  ['security.istio.io', ['AuthorizationPolicy']],
  ['policy.linkerd.io', ['AuthorizationPolicy', 'ServerAuthorization']],
  ['kuma.io', ['MeshTrafficPermission']],
]);
