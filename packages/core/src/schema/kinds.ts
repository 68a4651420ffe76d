/** A kind that is decoded: where it is served, and how it is named. */
export interface Kind {
  readonly apiVersion: string;
  /** As in URLs and on kubectl's command line. */
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
}

/** Every kind that is decoded. */
export const KINDS = {
  Namespace: { apiVersion: 'v1', plural: 'namespaces', shortNames: ['ns'], namespaced: false },
  Node: { apiVersion: 'v1', plural: 'nodes', shortNames: ['no'], namespaced: false },
  Pod: { apiVersion: 'v1', plural: 'pods', shortNames: ['po'], namespaced: true },
  Service: { apiVersion: 'v1', plural: 'services', shortNames: ['svc'], namespaced: true },
  ReplicationController: {
    apiVersion: 'v1',
    plural: 'replicationcontrollers',
    shortNames: ['rc'],
    namespaced: true,
  },
  Deployment: {
    apiVersion: 'apps/v1',
    plural: 'deployments',
    shortNames: ['deploy'],
    namespaced: true,
  },
  ReplicaSet: {
    apiVersion: 'apps/v1',
    plural: 'replicasets',
    shortNames: ['rs'],
    namespaced: true,
  },
  StatefulSet: {
    apiVersion: 'apps/v1',
    plural: 'statefulsets',
    shortNames: ['sts'],
    namespaced: true,
  },
  DaemonSet: { apiVersion: 'apps/v1', plural: 'daemonsets', shortNames: ['ds'], namespaced: true },
  Job: { apiVersion: 'batch/v1', plural: 'jobs', shortNames: [], namespaced: true },
  CronJob: { apiVersion: 'batch/v1', plural: 'cronjobs', shortNames: ['cj'], namespaced: true },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    plural: 'networkpolicies',
    shortNames: ['netpol'],
    namespaced: true,
  },
  ClusterNetworkPolicy: {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    plural: 'clusternetworkpolicies',
    shortNames: ['cnp'],
    namespaced: false,
  },
  AdminNetworkPolicy: {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    plural: 'adminnetworkpolicies',
    shortNames: ['anp'],
    namespaced: false,
  },
  BaselineAdminNetworkPolicy: {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    plural: 'baselineadminnetworkpolicies',
    shortNames: ['banp'],
    namespaced: false,
  },
} as const;

/** The name of a kind that is decoded. */
export type KindName = keyof typeof KINDS;

/** Whether a name is exactly that of a kind that is decoded. */
export function isKindName(name: string): name is KindName {
  return Object.hasOwn(KINDS, name);
}

/** What is known of a kind. */
export function kindOf(name: KindName): Kind {
  return KINDS[name];
}

/** The kind that a name in the wrong case or number means: `networkpolicy`, `Pods`, `netpol`. */
export function kindMeantBy(name: string): KindName | undefined {
  const lower = name.toLowerCase();
  for (const candidate in KINDS) {
    if (!isKindName(candidate)) continue;
    const { plural, shortNames } = kindOf(candidate);
    if (candidate.toLowerCase() === lower || plural === lower || shortNames.includes(lower)) {
      return candidate;
    }
  }
  return undefined;
}

/** The kinds that an API version serves. */
export function kindsOf(apiVersion: string): readonly KindName[] {
  return Object.keys(KINDS).filter(
    (name): name is KindName => isKindName(name) && kindOf(name).apiVersion === apiVersion,
  );
}
