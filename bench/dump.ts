/**
 * Writes a cluster's dump as `kubectl get namespaces,nodes,services,netpol,pods -A -o json|yaml`
 * does, with everything that servers and controllers add.
 *
 * node bench/dump.ts json|yaml PODS > FILE      (about 5 KB of JSON per pod: 10000 pods are 50 MB)
 */
import { once } from 'node:events';

/** The dump in pieces; the same bytes every time. */
export function dump(format: 'json' | 'yaml', pods: number): Iterable<string> {
  return format === 'json' ? jsonDump(pods) : yamlDump(pods);
}

type Value =
  | string
  | number
  | boolean
  | null
  | readonly Value[]
  | { readonly [name: string]: Value };

function* jsonDump(count: number): Generator<string> {
  yield '{\n    "apiVersion": "v1",\n    "items": [\n';
  let separator = '';
  for (const object of objects(count)) {
    yield separator + JSON.stringify(object, undefined, 4).replaceAll(/^/gmu, '        ');
    separator = ',\n';
  }
  yield '\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n';
}

function* yamlDump(count: number): Generator<string> {
  yield 'apiVersion: v1\nitems:\n';
  for (const object of objects(count)) yield `- ${yaml(object, '  ')}\n`;
  yield 'kind: List\nmetadata:\n  resourceVersion: ""\n';
}

/** Block style, lists at their key's column, strings quoted where they would be something else. */
function yaml(value: Value, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item: Value) => `- ${yaml(item, `${indent}  `)}`).join(`\n${indent}`);
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    if (fields.length === 0) return '{}';
    return fields.map(([name, field]) => `${name}:${below(field, indent)}`).join(`\n${indent}`);
  }
  return typeof value === 'string' && (!PLAIN.test(value) || WORD.test(value))
    ? JSON.stringify(value)
    : String(value);
}

const PLAIN = /^[a-z/][\w ./-]*$/iu;
const WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/iu;

function below(value: Value, indent: string): string {
  const empty = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (empty) return ` ${yaml(value, indent)}`;
  const deeper = Array.isArray(value) ? indent : `${indent}  `;
  return `\n${deeper}${yaml(value, deeper)}`;
}

const NAMESPACES = 40;
const NODES = 100;
const APPS = ['web', 'api', 'orders', 'payments', 'search', 'db', 'cache', 'queue'];

function* objects(count: number): Generator<Value> {
  for (let index = 0; index < NAMESPACES; index += 1) yield namespace(index);
  for (let index = 0; index < NODES; index += 1) yield node(index);
  for (let index = 0; index < NAMESPACES; index += 1) {
    for (const app of APPS) {
      yield policy(index, app);
      yield service(index, app);
    }
  }
  for (let index = 0; index < count; index += 1) yield pod(index);
}

function namespace(index: number): Value {
  const name = `team-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: metadata(name, undefined, { 'kubernetes.io/metadata.name': name, team: `t${index}` }),
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

function node(index: number): Value {
  const name = `node-${index}`;
  const address = `192.168.${index >> 8}.${index & 255}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadata(name, undefined, { 'kubernetes.io/hostname': name }),
    spec: { podCIDR: `10.${index}.0.0/16`, podCIDRs: [`10.${index}.0.0/16`] },
    status: {
      addresses: [
        { address, type: 'InternalIP' },
        { address: name, type: 'Hostname' },
      ],
      conditions: conditions(['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready']),
    },
  };
}

function service(index: number, app: string): Value {
  const address = `172.20.${index}.${APPS.indexOf(app) + 1}`;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(app, `team-${index}`, { app }),
    spec: {
      clusterIP: address,
      clusterIPs: [address],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
      selector: { app },
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: { loadBalancer: {} },
  };
}

function policy(index: number, app: string): Value {
  const other = APPS[(APPS.indexOf(app) + 1) % APPS.length] ?? app;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { ...metadata(app, `team-${index}`, { app }), generation: 1 },
    spec: {
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: other } } },
            { namespaceSelector: { matchLabels: { team: `t${(index + 1) % NAMESPACES}` } } },
            { ipBlock: { cidr: '203.0.113.0/24', except: ['203.0.113.128/25'] } },
          ],
          ports: [
            { port: 8080, protocol: 'TCP' },
            { port: 'metrics', protocol: 'TCP' },
          ],
        },
      ],
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
    },
  };
}

function pod(index: number): Value {
  const app = APPS[index % APPS.length] ?? 'web';
  const hash = (0x2f0a1b3c ^ (index % 97)).toString(16);
  const address = `10.${index % NODES}.${(index >> 8) & 255}.${index & 255}`;
  const labels = { app, 'pod-template-hash': hash, 'app.kubernetes.io/part-of': 'bench' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata(`${app}-${hash}-${index}`, `team-${index % NAMESPACES}`, labels),
      generateName: `${app}-${hash}-`,
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          blockOwnerDeletion: true,
          controller: true,
          kind: 'ReplicaSet',
          name: `${app}-${hash}`,
          uid: uid(`${app}-${hash}`),
        },
      ],
    },
    spec: podSpec(app, index),
    status: {
      conditions: conditions(['PodReadyToStartContainers', 'Initialized', 'Ready', 'PodScheduled']),
      containerStatuses: [
        {
          containerID: `containerd://${uid(`container-${index}`).replaceAll('-', '')}`,
          image: `registry.example/${app}:1.${index % 7}`,
          imageID: `registry.example/${app}@sha256:${uid(app).replaceAll('-', '')}`,
          lastState: {},
          name: app,
          ready: true,
          restartCount: index % 3,
          started: true,
          state: { running: { startedAt: TIME } },
        },
      ],
      hostIP: `192.168.0.${index % NODES}`,
      phase: 'Running',
      podIP: address,
      podIPs: [{ ip: address }],
      qosClass: 'Burstable',
      startTime: TIME,
    },
  };
}

function podSpec(app: string, index: number): Value {
  return {
    containers: [
      {
        env: [
          { name: 'LOG_LEVEL', value: 'info' },
          {
            name: 'POD_IP',
            valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } },
          },
        ],
        image: `registry.example/${app}:1.${index % 7}`,
        imagePullPolicy: 'IfNotPresent',
        name: app,
        ports: [
          { containerPort: 8080, name: 'http', protocol: 'TCP' },
          { containerPort: 9090, name: 'metrics', protocol: 'TCP' },
        ],
        readinessProbe: {
          failureThreshold: 3,
          httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' },
          periodSeconds: 10,
        },
        resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        volumeMounts: [
          {
            mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            name: `kube-api-access-${index % 89}`,
            readOnly: true,
          },
        ],
      },
    ],
    dnsPolicy: 'ClusterFirst',
    enableServiceLinks: true,
    nodeName: `node-${index % NODES}`,
    preemptionPolicy: 'PreemptLowerPriority',
    priority: 0,
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    serviceAccount: 'default',
    serviceAccountName: 'default',
    terminationGracePeriodSeconds: 30,
    tolerations: [
      {
        effect: 'NoExecute',
        key: 'node.kubernetes.io/not-ready',
        operator: 'Exists',
        tolerationSeconds: 300,
      },
    ],
    volumes: [
      {
        name: `kube-api-access-${index % 89}`,
        projected: {
          defaultMode: 420,
          sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } }],
        },
      },
    ],
  };
}

const TIME = '2026-01-15T10:30:00Z';

function metadata(
  name: string,
  namespaceName: string | undefined,
  labels: Readonly<Record<string, string>>,
): { readonly [name: string]: Value } {
  return {
    annotations: { 'example.com/note': 'said "hello", then left: yes' },
    creationTimestamp: TIME,
    labels,
    managedFields: [
      {
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': {
            'f:labels': Object.fromEntries(
              ['.', ...Object.keys(labels)].map((key) => [`f:${key}`, {}]),
            ),
          },
          'f:spec': {
            'f:containers': { 'k:{"name":"main"}': { '.': {}, 'f:image': {}, 'f:name': {} } },
          },
        },
        manager: 'kube-controller-manager',
        operation: 'Update',
        time: TIME,
      },
    ],
    name,
    ...(namespaceName === undefined ? {} : { namespace: namespaceName }),
    resourceVersion: '123456',
    uid: uid(`${namespaceName ?? ''}/${name}`),
  };
}

function conditions(types: readonly string[]): Value {
  return types.map((type) => ({
    lastProbeTime: null,
    lastTransitionTime: TIME,
    status: 'True',
    type,
  }));
}

/** Looks like one, and is the same for the same seed. */
function uid(seed: string): string {
  let hash = 2166136261;
  const digits = Array.from({ length: 4 }, (_, round) => {
    for (const character of `${seed}${round}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619) >>> 0;
    }
    return hash.toString(16).padStart(8, '0');
  }).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

if (import.meta.main) {
  const [format, pods] = process.argv.slice(2);
  if ((format !== 'json' && format !== 'yaml') || !(Number(pods) > 0)) {
    console.error('usage: node bench/dump.ts json|yaml PODS');
    process.exit(2);
  }
  for (const piece of dump(format, Number(pods))) {
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
  }
}
