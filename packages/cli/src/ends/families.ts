import { type Cluster, commonFamilies, type Family } from '@ringfence/core';
import type { ResolvedEnd } from './resolve-end.ts';

/**
 * The families to ask for two ends; `any` where one has no address yet. Never empty.
 *
 * @param family what somebody asks for; `undefined` is every family that both ends have and that
 *   can be meant: an address has one, and so have most Services.
 */
export function familiesToAsk(
  cluster: Cluster,
  { from, to }: { readonly from: ResolvedEnd; readonly to: ResolvedEnd },
  family: Family | undefined,
): readonly (Family | 'any')[] {
  const hasAddress = ({ endpoint }: ResolvedEnd): boolean =>
    commonFamilies(cluster, { from: endpoint, to: endpoint }) !== undefined;
  if (family !== undefined) return [family];
  if (!(hasAddress(from) && hasAddress(to))) return ['any'];
  const meant = to.family ?? familyOfService(to) ?? from.family;
  if (meant !== undefined) return [meant];
  const common = commonFamilies(cluster, { from: from.endpoint, to: to.endpoint }) ?? [];
  // Ends that share no family cannot meet; asking for any family says so.
  return common.length === 0 ? ['IPv4'] : common;
}

/** The one family of a Service's addresses: its backends are not reached through it in another. */
function familyOfService({ service }: ResolvedEnd): Family | undefined {
  const [first, second] = service?.clusterIPs ?? [];
  return second === undefined || second.family === first?.family ? first?.family : undefined;
}
