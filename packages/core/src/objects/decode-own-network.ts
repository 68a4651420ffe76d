import type { Wire } from '../schema/definitions.ts';
import type { PodTemplate } from './object.ts';

/** Whether a pod has a network of its own, and by which names it is known there. */
export function decodeOwnNetwork(
  spec: Wire<'PodSpec'> | undefined,
): Pick<PodTemplate, 'hostNetwork' | 'hostname' | 'subdomain'> {
  const { hostNetwork = false, hostname = '', subdomain = '' } = spec ?? {};
  return { hostNetwork, hostname, subdomain };
}
