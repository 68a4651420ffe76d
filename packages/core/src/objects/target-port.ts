import type { Pod, ServicePort } from './object.ts';

/**
 * The port of a pod that a Service's port leads to: a number, or the container port of that name
 * and protocol; `undefined` where the pod has none.
 */
export function targetPortOf(
  { ports }: Pick<Pod, 'ports'>,
  { protocol, targetPort }: Pick<ServicePort, 'protocol' | 'targetPort'>,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return ports.find((own) => own.name === targetPort && own.protocol === protocol)?.port;
}
