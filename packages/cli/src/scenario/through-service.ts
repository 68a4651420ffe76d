import { type Cluster, type Endpoint, targetPortOf } from '@ringfence/core';
import type { Flow } from '@ringfence/lab';

/**
 * The same flow, made through a Service that leads to nobody but its destination; the flow itself
 * where there is no such Service.
 */
export function throughService(cluster: Cluster, flow: Flow): Flow {
  const { to, family, protocol, port } = flow;
  const pod = to.kind === 'pod' ? cluster.pod(to.namespace, to.name) : undefined;
  if (pod === undefined || protocol === 'other') return flow;
  for (const service of cluster.services()) {
    const [backend, ...others] = cluster.backends(service);
    if (backend !== pod || others.length > 0) continue;
    const address = service.clusterIPs.find((own) => own.family === family);
    const entry = service.ports.find(
      (own) => own.protocol === protocol && targetPortOf(pod.object, own) === port,
    );
    if (address === undefined || entry === undefined) continue;
    return { ...flow, to: { kind: 'address', address }, port: entry.port };
  }
  return flow;
}

/** Whether a flow's ends are one pod: then it leaves the pod only through a Service. */
export function isToItself({
  from,
  to,
}: {
  readonly from: Endpoint;
  readonly to: Endpoint;
}): boolean {
  return (
    from.kind === 'pod' &&
    to.kind === 'pod' &&
    from.namespace === to.namespace &&
    from.name === to.name
  );
}
