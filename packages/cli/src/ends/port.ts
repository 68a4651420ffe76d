import {
  type Cluster,
  type ContainerPort,
  failed,
  ok,
  type Protocol,
  type Result,
  type Service,
  type ServicePort,
} from '@ringfence/core';
import { podAt } from './pod-at.ts';
import type { ResolvedEnd } from './resolve-end.ts';

/** The port that somebody asks for: a number, or the name of a port. */
export interface WantedPort {
  readonly protocol: Protocol;
  readonly port: number | string;
}

/**
 * Finds the number that the destination itself is asked on: a Service's port becomes its target
 * port on this backend, a name becomes the container port that has it.
 */
export function portOn(
  cluster: Cluster,
  end: ResolvedEnd,
  wanted: WantedPort,
): Result<number, string> {
  if (end.service === undefined) {
    if (typeof wanted.port === 'number') return ok(wanted.port);
    return containerPort(cluster, end, { protocol: wanted.protocol, name: wanted.port });
  }
  const port = servicePort(end.service, wanted);
  if (port.kind === 'failed') return port;
  const { targetPort, protocol } = port.value;
  if (typeof targetPort === 'number') return ok(targetPort);
  return containerPort(cluster, end, { protocol, name: targetPort });
}

/**
 * The ends that take part when a port is asked for: without the backends of a Service that have no
 * container port of the name that it targets, as long as others have one. Kubernetes makes them no
 * endpoints of that port.
 */
export function endsOnPort(
  cluster: Cluster,
  ends: readonly ResolvedEnd[],
  wanted: WantedPort,
): ReadonlySet<ResolvedEnd> {
  const having = new Set(ends.filter((end) => portOn(cluster, end, wanted).kind === 'ok'));
  const served = new Set([...having].map(({ service }) => service));
  const isNoEndpoint = (end: ResolvedEnd): boolean =>
    end.service !== undefined && !having.has(end) && served.has(end.service);
  return new Set(ends.filter((end) => !isNoEndpoint(end)));
}

function servicePort(
  service: Service,
  { protocol, port }: WantedPort,
): Result<ServicePort, string> {
  const wanted = service.ports.filter((each) =>
    typeof port === 'number' ? each.port === port : each.name === port,
  );
  const found = wanted.find((each) => each.protocol === protocol);
  if (found !== undefined) return ok(found);
  const title = `Service ${service.namespace}/${service.name}`;
  const [other] = wanted;
  if (other !== undefined) {
    return failed(
      `${title} has port \`${port}\` for ${other.protocol} only: say --protocol ${other.protocol}`,
    );
  }
  const listed = service.ports.map(describePort).join(', ');
  const has = listed === '' ? 'it has no ports' : `it has ${listed}`;
  return failed(`${title} has no ${protocol} port \`${port}\`: ${has}`);
}

function describePort({ name, port, protocol }: ServicePort | ContainerPort): string {
  return name === '' ? `${port}/${protocol}` : `${port}/${protocol} (${name})`;
}

function containerPort(
  cluster: Cluster,
  { endpoint, label }: ResolvedEnd,
  { protocol, name }: { readonly protocol: Protocol; readonly name: string },
): Result<number, string> {
  const pod = podAt(cluster, endpoint);
  if (pod === undefined) {
    return failed(`\`${label}\` is no pod, so it has no port named \`${name}\`: give a number`);
  }
  const { ports } = pod.object;
  const found = ports.find((port) => port.name === name && port.protocol === protocol);
  if (found !== undefined) return ok(found.port);
  const listed = ports.map(describePort).join(', ');
  const has = listed === '' ? 'it declares none' : `it has ${listed}`;
  return failed(`pod ${label} has no ${protocol} port named \`${name}\`: ${has}`);
}
