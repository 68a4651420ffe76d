import type { Labels } from '../selectors/label-selector.ts';
import type { Family, IpAddress } from '../sets/address.ts';
import type { Cidr } from '../sets/cidr.ts';

/** Names one object; `namespace` is empty for cluster-scoped kinds. `kind` is Kubernetes' own name. */
export interface ObjectRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Namespace {
  readonly kind: 'Namespace';
  readonly name: string;
  /** Always carries `kubernetes.io/metadata.name`. */
  readonly labels: Labels;
  /** Its deletion has begun: policies that are deleted with it stay in force until its last pod is gone. */
  readonly terminating: boolean;
}

export interface Node {
  readonly kind: 'Node';
  readonly name: string;
  readonly labels: Labels;
  /** Every IP address of `status.addresses`, whatever its type; host names are left out. */
  readonly addresses: readonly IpAddress[];
  /** The addresses that it gives its pods: `spec.podCIDRs`, else `spec.podCIDR`. */
  readonly podRanges: readonly Cidr[];
}

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** The protocols whose ports rules can name, in the order in which answers list them. */
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

export interface ContainerPort {
  /** Empty where the port has no name. */
  readonly name: string;
  readonly protocol: Protocol;
  /** 1..65535 */
  readonly port: number;
}

/** The controller of an object (`ownerReferences` with `controller: true`). */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

export interface Pod {
  readonly kind: 'Pod';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly labels: Labels;
  readonly owner: Owner | undefined;
  /** Empty while the pod is not scheduled. */
  readonly node: string;
  /** Shares its node's network: node traffic, never a subject, never a pod peer. */
  readonly hostNetwork: boolean;
  /** Phase Succeeded or Failed: does not exist for policy. */
  readonly finished: boolean;
  readonly terminating: boolean;
  /** Milliseconds since 1970; 0 where unknown. */
  readonly createdAt: number;
  readonly addresses: readonly IpAddress[];
  /** Ports of containers and of sidecars (init containers that always restart). */
  readonly ports: readonly ContainerPort[];
  /** Its name in cluster DNS below `subdomain`; empty where it is its own name. */
  readonly hostname: string;
  /** The headless Service under which cluster DNS knows it; empty where there is none. */
  readonly subdomain: string;
}

export type WorkloadKind =
  | 'Deployment'
  | 'ReplicaSet'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob'
  | 'ReplicationController';

/** Every kind of workload. */
export const WORKLOAD_KINDS: readonly WorkloadKind[] = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
];

/** What makes pods. Its template stands for pods that do not exist yet. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly owner: Owner | undefined;
  /** It will make no (more) pods by itself: a finished Job, or an owned ReplicaSet scaled to zero. */
  readonly idle: boolean;
  /** How many pods it makes where it says so; 1 otherwise. */
  readonly replicas: number;
  readonly template: PodTemplate;
}

export interface PodTemplate {
  readonly labels: Labels;
  readonly hostNetwork: boolean;
  readonly ports: readonly ContainerPort[];
  readonly hostname: string;
  /** Of a StatefulSet its `serviceName`. */
  readonly subdomain: string;
}

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

/** To which endpoints a Service's traffic goes: to all, or to those of the node where it arrives. */
export type TrafficPolicy = 'Cluster' | 'Local';

export interface Service {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly type: ServiceType;
  /** Says `clusterIP: None`: it has no address of its own, only a name for its pods. */
  readonly headless: boolean;
  /** The families that it asks for, the first one first; empty where it leaves that open. */
  readonly families: readonly Family[];
  /** Wants an address in both families. */
  readonly dualStack: boolean;
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly internalTrafficPolicy: TrafficPolicy;
  /** Empty for a Service without selector: its endpoints are managed by somebody else. */
  readonly selector: Labels;
  /** `spec.externalName`, empty for every other type. */
  readonly externalName: string;
  readonly clusterIPs: readonly IpAddress[];
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly name: string;
  readonly protocol: Protocol;
  /** The Service's own port, 1..65535. */
  readonly port: number;
  /** The backend's port: a number, or the name of a container port. */
  readonly targetPort: number | string;
  /** 0 where none is allocated. */
  readonly nodePort: number;
}
