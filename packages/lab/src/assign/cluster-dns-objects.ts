import type { ContainerPort, Namespace, Service, Workload } from '@ringfence/core';

/** The label by which everybody knows the pods of cluster DNS. */
export const DNS_LABEL = { key: 'k8s-app', value: 'kube-dns' } as const;

/** Where cluster DNS is. */
export const DNS_NAMESPACE: Namespace = {
  kind: 'Namespace',
  name: 'kube-system',
  labels: new Map([['kubernetes.io/metadata.name', 'kube-system']]),
  terminating: false,
};

const DNS_LABELS = new Map([[DNS_LABEL.key, DNS_LABEL.value]]);

const DNS_PORTS: readonly ContainerPort[] = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
];

/** Under what address cluster DNS is known; in both families, so that every pod can ask. */
export const DNS_SERVICE: Service = {
  kind: 'Service',
  namespace: DNS_NAMESPACE.name,
  name: 'kube-dns',
  type: 'ClusterIP',
  headless: false,
  families: [],
  dualStack: true,
  externalTrafficPolicy: 'Cluster',
  internalTrafficPolicy: 'Cluster',
  selector: DNS_LABELS,
  externalName: '',
  clusterIPs: [],
  ports: DNS_PORTS.map(({ name, protocol, port }) => ({
    name,
    protocol,
    port,
    targetPort: port,
    nodePort: 0,
  })),
};

/** What makes the pod of cluster DNS. */
export const DNS_DEPLOYMENT: Workload = {
  kind: 'Deployment',
  namespace: DNS_NAMESPACE.name,
  name: 'coredns',
  owner: undefined,
  idle: false,
  replicas: 1,
  template: {
    labels: DNS_LABELS,
    hostNetwork: false,
    ports: DNS_PORTS,
    hostname: '',
    subdomain: '',
  },
};
