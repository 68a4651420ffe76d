import { decode, type KubernetesObject } from '@ringfence/core';
import { type Flow, type FlowEnd, flowsOn, type Path } from './flow.ts';

/** The namespaces of tests with flows. */
export const NAMESPACES = ['one', 'two'] as const;

/** A pod of such a test. */
export interface Member {
  readonly namespace: string;
  readonly name: string;
  readonly node: 'node-1' | 'node-2';
  /** Absent: its name. */
  readonly uid?: string;
  /** Absent: whichever it is given. */
  readonly addresses?: readonly string[];
}

/** The pods: in each namespace one on each node. */
export const MEMBERS = [
  { namespace: 'one', name: 'a', node: 'node-1' },
  { namespace: 'one', name: 'b', node: 'node-2' },
  { namespace: 'two', name: 'c', node: 'node-1' },
  { namespace: 'two', name: 'd', node: 'node-2' },
] as const satisfies readonly Member[];

const pod = (which: string): FlowEnd => {
  const found = MEMBERS.find(({ name }) => name === which);
  if (found === undefined) throw new Error(`there is no pod ${which}`);
  return { kind: 'pod', namespace: found.namespace, name: found.name };
};
const node = (name: string): FlowEnd => ({ kind: 'node', name });
const outside: FlowEnd = { kind: 'outside' };

/** Every way that a packet can take through nodes and their pods. */
export const PATHS: readonly Path[] = [
  { name: 'on one node', from: pod('a'), to: pod('c') },
  { name: 'across nodes', from: pod('a'), to: pod('d') },
  { name: 'in one namespace', from: pod('d'), to: pod('c') },
  { name: 'through a Service on the node', from: pod('b'), to: pod('d'), service: 'd' },
  { name: 'through a Service across nodes', from: pod('b'), to: pod('c'), service: 'c' },
  { name: 'from outside', from: outside, to: pod('b') },
  { name: 'to the outside', from: pod('c'), to: outside },
  { name: 'from the own node', from: node('node-1'), to: pod('a'), unseen: 'client' },
  { name: 'from another node', from: node('node-2'), to: pod('a') },
  { name: 'to the own node', from: pod('d'), to: node('node-2'), unseen: 'server' },
  { name: 'to another node', from: pod('d'), to: node('node-1') },
];

/** Long conversations on all of them. */
export const FLOWS: readonly Flow[] = flowsOn(PATHS);

/** Sources that are not the sender's own. */
const PRETENDED: readonly Path[] = [
  { name: 'as a neighbour', from: pod('a'), to: pod('d'), as: pod('c') },
  { name: 'as a pod elsewhere', from: pod('a'), to: pod('c'), as: pod('d') },
];

/** First packets on all of them, also with sources that are not the sender's, and fewer conversations. */
export const PROBED: readonly Flow[] = flowsOn(
  [...PATHS, ...PRETENDED],
  ({ protocol, speaker, fresh }) => fresh || speaker === (protocol === 'TCP' ? 'client' : 'both'),
);

/** A namespace of a team. */
export function namespaceOf(name: string, team: string): KubernetesObject {
  return objectOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } });
}

/** A pod with labels, and with one more that stays and is its name. */
export function podOf(
  { namespace, name, node: nodeName, uid = name, addresses = [] }: Member,
  labels: Readonly<Record<string, string>>,
): KubernetesObject {
  const podIPs = addresses.map((ip) => ({ ip }));
  return objectOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, uid, labels: { ...labels, called: name } },
    spec: { nodeName, containers: [{ name: 'talks', image: 'talks' }] },
    ...(addresses.length > 0 ? { status: { podIP: addresses[0], podIPs } } : {}),
  });
}

/**
 * The Services of the flows that go through one.
 *
 * @param leads whether they lead to their pod already.
 */
export function servicesOf(
  flows: readonly Flow[],
  { leads }: { readonly leads: boolean },
): readonly KubernetesObject[] {
  const names = new Set(flows.flatMap(({ path }) => path.service ?? []));
  return MEMBERS.filter(({ name }) => names.has(name)).map(({ namespace, name }) =>
    objectOf({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name },
      spec: {
        ipFamilyPolicy: 'RequireDualStack',
        selector: leads ? { called: name } : { called: 'nobody' },
        ports: flows
          .filter(({ path }) => path.service === name)
          .map(({ protocol, port }) => ({ name: `p${port}`, protocol, port, targetPort: port })),
      },
    }),
  );
}

/** The object that a manifest stands for. @throws where it is not valid. */
export function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}
