import {
  type Cluster,
  type ClusterPod,
  type Endpoint,
  type Family,
  failed,
  formatAddress,
  type IpAddress,
  ok,
  type Result,
  type Service,
} from '@ringfence/core';
import { type NamedEnd, parseEnd } from './end-text.ts';
import { absentMessage } from './absent.ts';
import { labelOfPod, spell } from './spelling.ts';

/** One pod, node or address that an END stands for. */
export interface ResolvedEnd {
  readonly endpoint: Endpoint;
  /** How answers name it; typed as an END it means the same. */
  readonly label: string;
  /** Set where the asker named a Service: as a destination, its ports are the ones that are asked for. */
  readonly service: Service | undefined;
  /** Set where only one family can be meant: an address has one. */
  readonly family: Family | undefined;
  /** What the asker may not know: that an address is a pod's. Empty where there is nothing to say. */
  readonly note: string;
}

/** Why an END stands for nothing. */
export interface EndFault {
  /**
   * `malformed`: no END at all. `absent`: nothing has that name. `ambiguous`: two things have it.
   * `unfit`: it is there, but no pods are behind it.
   */
  readonly code: 'malformed' | 'absent' | 'ambiguous' | 'unfit';
  readonly message: string;
}

export interface EndOptions {
  /** The namespace of an END that names none. */
  readonly namespace: string;
}

/** Finds what an END stands for: one endpoint, or all pods of a workload or Service, by name. */
export function resolveEnd(
  cluster: Cluster,
  text: string,
  options: EndOptions,
): Result<readonly ResolvedEnd[], string> {
  const found = findEnd(cluster, text, options);
  return found.kind === 'ok' ? found : failed(found.error.message);
}

/** Like `resolveEnd`, for callers to whom it matters what is wrong. */
export function findEnd(
  cluster: Cluster,
  text: string,
  { namespace }: EndOptions,
): Result<readonly ResolvedEnd[], EndFault> {
  const parsed = parseEnd(text, namespace);
  if (parsed.kind === 'failed') return fault('malformed', parsed.error);
  if (parsed.value.kind === 'address') return addressEnds(cluster, parsed.value.address);
  const { readings } = parsed.value;
  const [reading, other] = readings.filter((candidate) => exists(cluster, candidate));
  if (reading === undefined) return fault('absent', absentMessage(cluster, text, readings));
  if (other !== undefined) {
    const spellings = [reading, other].map((each) => `\`${spell(each)}\` (${describe(each)})`);
    return fault('ambiguous', `\`${text}\` can be two things: write ${spellings.join(' or ')}`);
  }
  return endsOf(cluster, reading);
}

function addressEnds(
  cluster: Cluster,
  address: IpAddress,
): Result<readonly ResolvedEnd[], EndFault> {
  const label = formatAddress(address);
  const service = cluster.serviceAt(address);
  if (service !== undefined) {
    const note = `${label} is Service ${service.namespace}/${service.name}`;
    return backendEnds(cluster, service, { family: address.family, note });
  }
  const endpoint: Endpoint = { kind: 'address', address };
  const note = noteOn(cluster, address, label);
  return ok([{ endpoint, label, service: undefined, family: address.family, note }]);
}

function noteOn(cluster: Cluster, address: IpAddress, label: string): string {
  const pod = cluster.podAt(address);
  if (pod !== undefined) return `${label} is pod ${labelOfPod(pod)}`;
  const nodes = cluster.nodeNamesAt(address);
  return nodes.length === 0 ? '' : `${label} is node ${nodes.join(' or ')}`;
}

function exists(cluster: Cluster, { kind, namespace, name }: NamedEnd): boolean {
  if (kind === 'Pod') return cluster.pod(namespace, name) !== undefined;
  if (kind === 'Node') return cluster.node(name) !== undefined;
  if (kind === 'Service') return cluster.service(namespace, name) !== undefined;
  if (cluster.workload(kind, namespace, name) !== undefined) return true;
  return cluster.podsOf(kind, namespace, name).length > 0;
}

function endsOf(cluster: Cluster, end: NamedEnd): Result<readonly ResolvedEnd[], EndFault> {
  const { kind, namespace, name } = end;
  if (kind === 'Pod') return ok([podEnd({ namespace, name })]);
  if (kind === 'Node') {
    return ok([{ ...PLAIN, endpoint: { kind: 'node', name }, label: `node/${name}` }]);
  }
  if (kind === 'Service') {
    const service = cluster.service(namespace, name);
    if (service === undefined) throw new Error(`no ${describe(end)}`);
    return backendEnds(cluster, service, { family: undefined, note: '' });
  }
  const pods = [...cluster.podsOf(kind, namespace, name)].sort(byName);
  if (pods.length > 0) return ok(pods.map(({ object }) => podEnd(object)));
  const why = 'it has no pods and will make none (finished, or scaled to zero)';
  return fault('unfit', `${describe(end)}: ${why}`);
}

function backendEnds(
  cluster: Cluster,
  service: Service,
  marks: Pick<ResolvedEnd, 'family' | 'note'>,
): Result<readonly ResolvedEnd[], EndFault> {
  const title = `Service ${service.namespace}/${service.name}`;
  if (service.externalName !== '') {
    const { externalName } = service;
    const what = `${title} is only a name for \`${externalName}\`, which policy never sees`;
    return fault('unfit', `${what}: ask for the address that it resolves to`);
  }
  if (service.selector.size === 0) {
    const what = `${title} has no selector, so its endpoints are not known from its manifest`;
    return fault('unfit', `${what}: ask for a pod or an address`);
  }
  const backends = [...cluster.backends(service)].sort(byName);
  if (backends.length === 0)
    return fault('unfit', `${title} picks no pod: ${selectorText(service)}`);
  return ok(backends.map(({ object }) => ({ ...podEnd(object), ...marks, service })));
}

function selectorText({ selector, namespace }: Service): string {
  const labels = [...selector].map(([key, value]) => `${key}=${value}`).join(',');
  return `no pod of namespace \`${namespace}\` carries the labels \`${labels}\``;
}

const PLAIN = { service: undefined, family: undefined, note: '' } as const;

function podEnd({
  namespace,
  name,
}: Pick<ClusterPod['object'], 'namespace' | 'name'>): ResolvedEnd {
  const endpoint: Endpoint = { kind: 'pod', namespace, name };
  return { ...PLAIN, endpoint, label: labelOfPod({ object: { namespace, name } }) };
}

function byName({ object: left }: ClusterPod, { object: right }: ClusterPod): number {
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}

function describe({ kind, namespace, name }: NamedEnd): string {
  return kind === 'Node' ? `Node ${name}` : `${kind} ${namespace}/${name}`;
}

function fault(code: EndFault['code'], message: string): Result<never, EndFault> {
  return failed({ code, message });
}
