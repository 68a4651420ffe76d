import type { KubernetesObject } from '../objects/kubernetes-object.ts';
import {
  type Namespace,
  type ObjectRef,
  type Pod,
  WORKLOAD_KINDS,
  type WorkloadKind,
} from '../objects/object.ts';
import type { PolicyKind } from '../policy/policy.ts';
import { selects } from '../selectors/label-selector.ts';
import { unreachable } from '../unreachable.ts';
import { createAddressSets } from './address-set.ts';
import { createAddresses } from './addresses.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import type { ClusterDelta } from './cluster-delta.ts';
import { createHolders } from './holders.ts';
import { createHosts } from './hosts.ts';
import { createLabelledPods } from './labelled-pods.ts';
import type { ClusterPod, NamespaceEntry } from './model.ts';
import { createNamespaces, labelsOf } from './namespaces.ts';
import { createPodClasses } from './pod-class.ts';
import { createPodSets, type PodSets } from './pod-set.ts';
import { policyRefOf } from './policy-entry.ts';
import { createPods, standInOf } from './pods.ts';
import { createPolicies } from './policies.ts';
import { createServices } from './services.ts';
import { createSetRegister } from './set-register.ts';
import { createWorkloads } from './workloads.ts';

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
  const { cluster, upsert, delta } = emptyCluster(options);
  for (const object of objects) upsert(object);
  // Nobody asks what each of them changed.
  delta();
  return cluster;
}

/** Makes a cluster without objects. */
export function createCluster(options?: Partial<ClusterOptions>): Cluster {
  return emptyCluster(options).cluster;
}

/** A cluster, and the two parts of its `apply`. */
interface OpenCluster {
  readonly cluster: Cluster;
  readonly upsert: (object: KubernetesObject) => void;
  /** What changed since it was last asked. */
  readonly delta: () => ClusterDelta;
}

function emptyCluster(options: Partial<ClusterOptions> = {}): OpenCluster {
  const hosts = createHosts();
  const holders = createHolders();
  const labelled = createLabelledPods();
  const services = createServices();
  const classes = createPodClasses();
  const addresses = createAddresses({ holders, onChange: classes.readdressed });
  const register = createSetRegister();
  const namespaces = createNamespaces({
    onNew: (entry) => podSets.relabel(entry, entry.labels),
    onGone: (entry) => podSets.forget(entry),
  });
  const podSets: PodSets = createPodSets({
    namespaces: () => namespaces.all(),
    classes,
    labelled,
    register,
    namespaceNamed: namespaces.named,
    onReleased: namespaces.prune,
  });
  const addressSets = createAddressSets({ classes, holders, register });
  const pods = createPods({ podSets, addressSets, classes, addresses, hosts, labelled });
  const policies = createPolicies({ podSets, addressSets }, classes.regroup);
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
    if (before !== undefined) workloads.removePod(before);
    workloads.addPod(object);
    pods.upsert(entry, object, false);
    workloads.settle();
    if (object.finished) letGoOfTombstones(entry);
  };

  const removePod = (namespace: string, name: string): void => {
    const entry = namespaces.find(namespace);
    const before = entry?.pods.get(name);
    if (entry === undefined || before === undefined || before.standIn) return;
    pods.remove(entry, name);
    workloads.removePod(before.object);
    workloads.settle();
    letGoOfTombstones(entry);
  };

  const removeWorkload = (kind: WorkloadKind, namespace: string, name: string): void => {
    workloads.remove(kind, namespace, name);
    workloads.settle();
  };

  const upsert = (object: KubernetesObject): void => {
    if ('template' in object) {
      workloads.upsert(object);
      workloads.settle();
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
    else if (isWorkloadKind(kind)) removeWorkload(kind, namespace, name);
    else throw new Error(`no objects of kind ${kind} are kept`);
    namespaces.prune(kind === 'Namespace' ? name : namespace);
  };

  const podsIn = (namespace: string): readonly ClusterPod[] => [
    ...(namespaces.find(namespace)?.pods.values() ?? []),
  ];

  const cluster: Cluster = {
    options: { ownNodeEgress: options.ownNodeEgress ?? 'enforce' },
    apply(change) {
      if (change.kind === 'upsert') upsert(change.object);
      else if (change.kind === 'delete') remove(change.ref);
      else {
        policies.entomb(change.policy);
        policies.remove(policyRefOf(change.policy));
      }
      return classes.delta();
    },
    pod: (namespace, name) => namespaces.find(namespace)?.pods.get(name),
    *pods() {
      for (const { pods: inside } of namespaces.all()) yield* inside.values();
    },
    classes: classes.all,
    addressSets: addressSets.all,
    setWithId: register.find,
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
  return { cluster, upsert, delta: classes.delta };
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
  return WORKLOAD_KINDS.some((each) => each === kind);
}
