import type { Json, JsonMap } from './mutations.ts';
import { KEYS, NAMES, PORT_NAMES, PORTS, VALUES } from './values.ts';

/** Namespaces, nodes, pods, services and workloads, as far as policy looks at them. */
export function* clusterObjects(): Generator<JsonMap> {
  for (const name of NAMES) {
    for (const whole of [NAMESPACE, NODE, POD, SERVICE, DEPLOYMENT])
      yield { ...whole, metadata: { name } };
    yield { ...POD, metadata: { name: 'a', namespace: name } };
  }
  for (const whole of [NAMESPACE, NODE, POD, SERVICE, DEPLOYMENT, ...WORKLOADS]) {
    yield whole;
    yield {
      ...whole,
      metadata: { name: 'a', labels: { 'a b': 'c d' }, annotations: { 'b c': '' } },
    };
    yield { ...whole, metadata: { name: 'a', labels: { a: true } } };
    yield { ...whole, metadata: { name: 'a', labels: { a: null } } };
    yield { ...whole, metadata: null };
    yield { ...whole, metadata: { generateName: 'a-' } };
    yield { ...whole, metadata: { Name: 'a' } };
  }
  for (const key of KEYS) yield { ...POD, metadata: { name: 'a', labels: { [key]: 'x' } } };
  for (const value of VALUES) yield { ...POD, metadata: { name: 'a', labels: { a: value } } };
  for (const containerPort of PORTS) yield pod({ ports: [{ containerPort }] });
  for (const name of PORT_NAMES) yield pod({ ports: [{ name, containerPort: 80 }] });
  for (const protocol of ['UDP', 'tcp', '', null]) {
    yield pod({ ports: [{ containerPort: 1, protocol }] });
    yield service({ port: 1, protocol });
  }
  for (const port of PORTS) {
    yield service({ port });
    yield service({ port: 80, targetPort: port });
  }
  for (const name of PORT_NAMES) {
    yield service({ name, port: 80 });
    yield service({ port: 80, targetPort: name });
  }
}

function pod(container: JsonMap): JsonMap {
  return { ...POD, spec: { containers: [{ ...CONTAINER, ...container }] } };
}

function service(port: JsonMap): JsonMap {
  return { ...SERVICE, spec: { ports: [port] } };
}

const metadata: JsonMap = { name: 'a' };
const CONTAINER: JsonMap = { name: 'a', image: 'a' };
const TEMPLATE: JsonMap = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [CONTAINER] },
};
const selector: Json = { matchLabels: { app: 'a' } };
const spec: JsonMap = { selector, template: TEMPLATE };

const NAMESPACE: JsonMap = { apiVersion: 'v1', kind: 'Namespace', metadata };
const NODE: JsonMap = { apiVersion: 'v1', kind: 'Node', metadata };
const POD: JsonMap = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [CONTAINER] } };
const SERVICE: JsonMap = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: { ports: [{ port: 80 }] },
};
const DEPLOYMENT: JsonMap = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };

const JOB: JsonMap = { template: { spec: { containers: [CONTAINER], restartPolicy: 'Never' } } };
const CRON_JOB: JsonMap = { schedule: '@daily', jobTemplate: { spec: JOB } };
const WORKLOADS: readonly JsonMap[] = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata, spec },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { ...spec, serviceName: 'a' } },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata, spec },
  { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: JOB },
  { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: CRON_JOB },
  { apiVersion: 'v1', kind: 'ReplicationController', metadata, spec: { template: TEMPLATE } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template: null } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { selector, template: { ...TEMPLATE, metadata: { labels: { app: 'a', 'a b': '-' } } } },
  },
];
