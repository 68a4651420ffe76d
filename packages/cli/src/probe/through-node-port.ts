import {
  type Cluster,
  type Connection,
  type Endpoint,
  type Family,
  type Service,
  type ServicePort,
  targetPortOf,
} from '@ringfence/core';
import { podAt } from '../ends/pod-at.ts';
import type { Dialled, SeenConnection } from './planned.ts';

/** A port of a node that leads to a Service. */
interface NodePort {
  /** The node that is dialled. */
  readonly node: string;
  readonly service: Service;
  readonly port: ServicePort;
}

/**
 * What policy sees of a connection to a node's port: the node leads it on to a pod, and in its own
 * name unless it may lead to its own pods only.
 *
 * @returns `undefined` where the node is what is met: it leads nowhere, or refuses in its own name.
 */
export function seenAtNode(
  cluster: Cluster,
  from: Endpoint,
  dialled: Dialled,
): readonly SeenConnection[] | undefined {
  const nodePort = nodePortAt(cluster, dialled);
  if (nodePort === undefined) return undefined;
  const seen = seenThrough(cluster, nodePort, { from, family: dialled.family });
  // Where there is no pod at all the node refuses; where there is none of its own it drops.
  const drops = nodePort.service.externalTrafficPolicy === 'Local';
  return seen.length > 0 || drops ? seen : undefined;
}

/** The Service that a node leads to, if what is dialled is a node's port that does. */
function nodePortAt(
  cluster: Cluster,
  { to, protocol, port: dialled, family }: Dialled,
): NodePort | undefined {
  const pod = podAt(cluster, to);
  const node = pod === undefined || pod.object.hostNetwork ? nodeOf(cluster, to) : undefined;
  if (node === undefined) return undefined;
  for (const service of cluster.services()) {
    // In a family without cluster address nodes lead nowhere.
    const isServed = service.clusterIPs.some((address) => address.family === family);
    const port = service.ports.find(
      (each) => each.nodePort === dialled && each.protocol === protocol,
    );
    if (isServed && port !== undefined) return { node, service, port };
  }
  return undefined;
}

function seenThrough(
  cluster: Cluster,
  { node, service, port }: NodePort,
  { from, family }: { readonly from: Endpoint; readonly family: Family },
): readonly SeenConnection[] {
  const isLocal = service.externalTrafficPolicy === 'Local';
  const isOnNode = nodeOf(cluster, from) === node;
  const kept = isLocal || isOnNode;
  const backends = cluster.backends(service).filter(({ object }) => {
    const inFamily = object.addresses.some((address) => address.family === family);
    return inFamily && !object.finished && (!isLocal || object.node === node);
  });
  return backends.flatMap((backend): readonly SeenConnection[] => {
    const target = targetPortOf(backend.object, port);
    if (target === undefined) return [];
    const { namespace, name } = backend.object;
    const on = { protocol: port.protocol, family };
    const led: Connection = {
      from: kept ? from : { kind: 'node', name: node },
      to: { kind: 'pod', namespace, name },
      ...on,
      port: target,
      viaService: true,
    };
    const dialled: Connection = {
      from,
      to: { kind: 'node', name: node },
      ...on,
      port: port.nodePort,
      viaService: false,
    };
    // On a pod's own node it is led on before policy sees it.
    return [{ connections: isOnNode ? [led] : [dialled, led], backend: `${namespace}/${name}` }];
  });
}

/** The node that an end is, or runs on. */
function nodeOf(cluster: Cluster, end: Endpoint): string | undefined {
  if (end.kind === 'node') return end.name;
  const pod = podAt(cluster, end);
  if (pod !== undefined) return pod.object.node;
  return end.kind === 'address' ? cluster.nodeNamesAt(end.address)[0] : undefined;
}
