import type { ClusterPod, ServicePort } from '@ringfence/core';

/** The port of a pod that a Service's port leads to; `undefined` where it has none of that name. */
export function targetOn(
  { object }: ClusterPod,
  { protocol, targetPort }: ServicePort,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  return object.ports.find((own) => own.name === targetPort && own.protocol === protocol)?.port;
}
