import { formatAddress, type Node, type Pod } from '@ringfence/core';
import { type CompanyObject, companyObjects } from '../company.ts';
import { manifestOf } from '../manifest.ts';

/** The node whose agent is measured. */
export const BIG_NODE = 'node-3';
const TEAMS = 200;
/** Of each pod of a company so many, so that there are 100,000. */
const COPIES = 5;
/** A hundred pods on each node. */
const NODES = TEAMS * COPIES;

/** 100,000 pods on 1,000 nodes, 2,000 policies. */
export function* bigCompany(): Generator<CompanyObject | Node> {
  for (let index = 0; index < NODES; index += 1) yield node(index);
  let index = 0;
  for (const object of companyObjects({ teams: TEAMS, podsOfTeam: 100 })) {
    if (object.kind !== 'Pod') {
      yield object;
      continue;
    }
    for (let copy = 0; copy < COPIES; copy += 1) {
      yield podCopy(object, index, copy);
      index += 1;
    }
  }
}

/** The text of an object as an API server sends it, with what servers and controllers add. */
export function servedText(object: CompanyObject | Node): string {
  return JSON.stringify(servedManifest(object));
}

function podCopy(pod: Pod, index: number, copy: number): Pod {
  // Neighbours in the list go to different nodes, and no node gets two of one workload.
  const place = (Math.imul(index, 7_919) >>> 0) % NODES;
  return {
    ...pod,
    name: `${pod.name}-${copy}`,
    uid: `${pod.uid}-${copy}`,
    node: `node-${place}`,
    addresses: [
      { family: 'IPv4', value: 0x0a00_0000 + index + 1 },
      { family: 'IPv6', value: (0x2001_0db8n << 96n) + BigInt(index + 1) },
    ],
  };
}

function node(index: number): Node {
  const name = `node-${index}`;
  const address = { family: 'IPv4', value: 0xc0a8_0000 + index } as const;
  return { kind: 'Node', name, labels: new Map(), addresses: [address], podRanges: [] };
}

type Fields = Readonly<Record<string, unknown>>;

function servedManifest(object: CompanyObject | Node): Fields {
  if (object.kind === 'Node') return nodeManifest(object);
  const manifest = manifestOf(object);
  return object.kind === 'Pod' ? servedPod(object, manifest) : manifest;
}

function nodeManifest({ name, addresses }: Node): Fields {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: {
      addresses: addresses.map((address) => ({
        type: 'InternalIP',
        address: formatAddress(address),
      })),
    },
  };
}

/** Some 3 KB, most of which no policy asks for. */
function servedPod({ name, uid, addresses }: Pod, manifest: Fields): Fields {
  const metadata: unknown = manifest['metadata'];
  const status: unknown = manifest['status'];
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'PodScheduled'];
  return {
    ...manifest,
    metadata: {
      ...fieldsOf(metadata),
      uid,
      resourceVersion: '123456',
      creationTimestamp: TIME,
      annotations: { 'example.com/checksum': `${uid}-0f8b7c3d2e1a`.repeat(3) },
      managedFields: ['kube-controller-manager', 'kubelet'].map((manager) => ({
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': MANAGED }, 'f:spec': MANAGED, 'f:status': MANAGED },
        manager,
        operation: 'Update',
        time: TIME,
      })),
    },
    status: {
      ...fieldsOf(status),
      podIP: addresses[0] && formatAddress(addresses[0]),
      hostIP: '192.168.0.1',
      qosClass: 'Burstable',
      startTime: TIME,
      conditions: conditions.map((type) => ({
        lastProbeTime: null,
        lastTransitionTime: TIME,
        status: 'True',
        type,
      })),
      containerStatuses: [
        {
          containerID: `containerd://${uid}-${name}`,
          image: 'registry.example/main:1.2.3',
          imageID: `registry.example/main@sha256:${uid}`,
          lastState: {},
          name: 'main',
          ready: true,
          restartCount: 0,
          started: true,
          state: { running: { startedAt: TIME } },
        },
      ],
    },
  };
}

const TIME = '2026-01-15T10:30:00Z';
const MANAGED = Object.fromEntries(
  ['app', 'tier', 'conditions', 'containerStatuses', 'hostIP', 'podIP', 'podIPs', 'startTime'].map(
    (field) => [`f:${field}`, { '.': {}, 'f:name': {}, 'f:type': {} }],
  ),
);

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
