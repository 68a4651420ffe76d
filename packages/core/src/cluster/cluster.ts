import type { KubernetesObject } from '../objects/kubernetes-object.ts';
import type {
  Namespace,
  Node,
  ObjectRef,
  Owner,
  Pod,
  Service,
  Workload,
  WorkloadKind,
} from '../objects/object.ts';
import type { NetworkPolicy, Policy, PolicyKind, PolicyRef } from '../policy/policy.ts';
import { selects } from '../selectors/label-selector.ts';
import type { IpAddress } from '../sets/address.ts';
import { createAddresses } from './addresses.ts';
import { unreachable } from '../unreachable.ts';
import type { Change } from './change.ts';
import { createHosts } from './hosts.ts';
import type { ClusterPod, NamespaceEntry } from './model.ts';
import { createNamespaces, labelsOf } from './namespaces.ts';
import { createPodClasses } from './pod-class.ts';
import { createPodSets, type PodSets } from './pod-set.ts';
import { policyRefOf } from './policy-entry.ts';
import { createPods, standInOf } from './pods.ts';
import { createPolicies } from './policies.ts';
import { createServices } from './services.ts';
import { createWorkloads } from './workloads.ts';

export interface ClusterOptions {
  /**
   * Whether policy applies to a pod's traffic to its own node's addresses. The API's documentation
   * exempts only traffic from the node; see docs/semantics.md.
   */
  readonly ownNodeEgress: 'enforce' | 'allow';
}

/**
 * The objects of a cluster that bear on policy, indexed, and kept up to date change by change.
 *
 * What it answers depends only on the objects that it holds, never on the order in which they came.
 * A namespace without object counts as one that carries no labels but its name.
 */
export interface Cluster {
  readonly options: ClusterOptions;
  apply(change: Change): void;
  pod(namespace: string, name: string): ClusterPod | undefined;
  /** All pods, the stand-ins of workloads without pods among them. */
  pods(): Iterable<ClusterPod>;
  /** The pod under policy that has an address. */
  podAt(address: IpAddress): ClusterPod | undefined;
  namespace(name: string): Namespace | undefined;
  /** Names of all namespaces, those without object among them. */
  namespaceNames(): readonly string[];
  podsIn(namespace: string): Iterable<ClusterPod>;
  node(name: string): Node | undefined;
  nodes(): Iterable<Node>;
  /** Names of the nodes that have an address. */
  nodeNamesAt(address: IpAddress): readonly string[];
  service(namespace: string, name: string): Service | undefined;
  services(): Iterable<Service>;
  serviceAt(address: IpAddress): Service | undefined;
  /** The pods that a Service picks; none for a Service without selector. */
  backends(service: Service): readonly ClusterPod[];
  workload(kind: string, namespace: string, name: string): Workload | undefined;
  workloads(): Iterable<Workload>;
  /** A workload's pods that have not finished, or the stand-in for them. */
  podsOf(kind: string, namespace: string, name: string): readonly ClusterPod[];
  /** The topmost owner of a pod; the pod itself where nothing owns it. */
  ownerOf(pod: ClusterPod): Owner;
  policy(ref: PolicyRef): Policy | undefined;
  policies(): Iterable<Policy>;
  /** Deleted policies that are still in force. */
  tombstones(): Iterable<NetworkPolicy>;
}

const POLICY_KINDS: ReadonlySet<string> = new Set<PolicyKind>([
  'NetworkPolicy',
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
]);

/** Makes a cluster out of objects. */
export function clusterOf(
  objects: Iterable<KubernetesObject>,
  options?: Partial<ClusterOptions>,
): Cluster {
  const cluster = createCluster(options);
  for (const object of objects) cluster.apply({ kind: 'upsert', object });
  return cluster;
}

/** Makes a cluster without objects. */
export function createCluster(options: Partial<ClusterOptions> = {}): Cluster {
  const hosts = createHosts();
  const addresses = createAddresses();
  const services = createServices();
  const classes = createPodClasses();
  const namespaces = createNamespaces({
    onNew: (entry) => podSets.relabel(entry, entry.labels),
    onGone: (entry) => podSets.forget(entry),
  });
  const podSets: PodSets = createPodSets({
    namespaces: () => namespaces.all(),
    classes,
    namespaceNamed: namespaces.named,
    onReleased: namespaces.prune,
  });
  const pods = createPods({ podSets, classes, addresses, hosts });
  const policies = createPolicies({ podSets, classes });
  const workloads = createWorkloads({
    show: (workload) =>
      pods.upsert(namespaces.named(workload.namespace), standInOf(workload), true),
    hide: (workload) => pods.remove(namespaces.named(workload.namespace), standInOf(workload).name),
  });

  const setNamespace = (name: string, object: Namespace | undefined): void => {
    if (object === undefined) namespaces.removeObject(name);
    else namespaces.setObject(object);
    const entry = namespaces.named(name);
    if (podSets.relabel(entry, labelsOf(name, object))) {
      for (const pod of entry.pods.values()) pods.place(pod);
    }
    // Terminating is no reason: after a restart, tombstones and namespace come before the pods.
    if (object?.terminating === false) policies.release(name);
    if (object === undefined) letGoOfTombstones(entry);
  };

  /** With its last pod gone, nothing is left that a deleted policy could protect. */
  const letGoOfTombstones = (entry: NamespaceEntry): void => {
    if (!hasLivePods(entry)) policies.release(entry.name);
  };

  const upsertPod = (object: Pod): void => {
    const entry = namespaces.named(object.namespace);
    const before = entry.pods.get(object.name)?.object;
    // The new owner is told first, so that a workload whose pod is replaced never seems to have none.
    workloads.addPod(object);
    if (before !== undefined) workloads.removePod(before);
    pods.upsert(entry, object, false);
    if (object.finished) letGoOfTombstones(entry);
  };

  const removePod = (namespace: string, name: string): void => {
    const entry = namespaces.find(namespace);
    const before = entry?.pods.get(name);
    if (entry === undefined || before === undefined || before.standIn) return;
    pods.remove(entry, name);
    workloads.removePod(before.object);
    letGoOfTombstones(entry);
  };

  const upsert = (object: KubernetesObject): void => {
    if ('template' in object) {
      workloads.upsert(object);
      namespaces.prune(object.namespace);
      return;
    }
    switch (object.kind) {
      case 'Namespace':
        return setNamespace(object.name, object);
      case 'Node':
        return hosts.upsert(object);
      case 'Pod':
        return upsertPod(object);
      case 'Service':
        return services.upsert(object);
      case 'NetworkPolicy':
      case 'ClusterNetworkPolicy':
      case 'AdminNetworkPolicy':
      case 'BaselineAdminNetworkPolicy':
      case 'undecodable':
        return policies.upsert(object);
      default:
        return unreachable(object);
    }
  };

  const remove = ({ kind, namespace, name }: ObjectRef): void => {
    if (kind === 'Namespace') setNamespace(name, undefined);
    else if (kind === 'Node') hosts.remove(name);
    else if (kind === 'Pod') removePod(namespace, name);
    else if (kind === 'Service') services.remove(namespace, name);
    else if (isPolicyKind(kind)) policies.remove({ kind, namespace, name });
    else if (isWorkloadKind(kind)) workloads.remove(kind, namespace, name);
    else throw new Error(`no objects of kind ${kind} are kept`);
    namespaces.prune(kind === 'Namespace' ? name : namespace);
  };

  const podsIn = (namespace: string): readonly ClusterPod[] => [
    ...(namespaces.find(namespace)?.pods.values() ?? []),
  ];

  return {
    options: { ownNodeEgress: options.ownNodeEgress ?? 'enforce' },
    apply(change) {
      if (change.kind === 'upsert') upsert(change.object);
      else if (change.kind === 'delete') remove(change.ref);
      else {
        policies.entomb(change.policy);
        policies.remove(policyRefOf(change.policy));
      }
    },
    pod: (namespace, name) => namespaces.find(namespace)?.pods.get(name),
    *pods() {
      for (const { pods: inside } of namespaces.all()) yield* inside.values();
    },
    podAt: addresses.ownerOf,
    namespace: namespaces.object,
    namespaceNames: () => [...namespaces.all()].map(({ name }) => name).sort(),
    podsIn,
    node: hosts.find,
    nodes: hosts.all,
    nodeNamesAt: hosts.namesAt,
    service: services.find,
    services: services.all,
    serviceAt: services.at,
    backends: ({ namespace, selector }) => {
      if (selector.size === 0) return [];
      const wanted = [...selector].map(
        ([key, value]) => ({ kind: 'in', key, values: new Set([value]) }) as const,
      );
      return podsIn(namespace).filter(
        ({ object }) => !object.finished && selects(wanted, object.labels),
      );
    },
    workload: workloads.find,
    workloads: workloads.all,
    podsOf: (kind, namespace, name) => {
      const entry = namespaces.find(namespace);
      const names = workloads
        .podsOf(kind, namespace, name)
        .filter(({ finished }) => !finished)
        .map((pod) => pod.name);
      return [...names, `${kind}/${name}`].flatMap((each) => entry?.pods.get(each) ?? []);
    },
    ownerOf: ({ object }) => workloads.ownerOf(object),
    policy: policies.find,
    policies: policies.all,
    tombstones: policies.entombed,
  };
}

function hasLivePods(entry: NamespaceEntry): boolean {
  for (const { object, standIn } of entry.pods.values()) {
    if (!object.finished && !standIn) return true;
  }
  return false;
}

function isPolicyKind(kind: string): kind is PolicyKind {
  return POLICY_KINDS.has(kind);
}

function isWorkloadKind(kind: string): kind is WorkloadKind {
  return WORKLOAD_KINDS.has(kind);
}

const WORKLOAD_KINDS: ReadonlySet<string> = new Set<WorkloadKind>([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
]);
