/** The core kinds that policy looks at; only the fields that bear on it are listed. */
export const CLUSTER_OBJECTS = {
  Namespace: {
    open: true,
    fields: { metadata: 'ObjectMeta', status: 'NamespaceStatus' },
  },
  NamespaceStatus: { open: true, fields: { phase: 'string' } },
  Node: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'NodeSpec', status: 'NodeStatus' },
  },
  NodeSpec: { open: true, fields: { podCIDR: 'string', podCIDRs: ['string'] } },
  NodeStatus: { open: true, fields: { addresses: ['NodeAddress'] } },
  NodeAddress: { open: true, fields: { type: 'string', address: 'string' } },
  Pod: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'PodSpec', status: 'PodStatus' },
  },
  PodSpec: {
    open: true,
    fields: {
      nodeName: 'string',
      hostNetwork: 'boolean',
      hostname: 'string',
      subdomain: 'string',
      containers: ['Container'],
      initContainers: ['Container'],
    },
  },
  Container: {
    open: true,
    fields: { name: 'string', restartPolicy: 'string', ports: ['ContainerPort'] },
  },
  ContainerPort: {
    open: true,
    fields: {
      name: 'string',
      // In the order in which Kubernetes names them.
      protocol: {
        type: 'string',
        default: 'TCP',
        emptyIsDefault: true,
        values: ['SCTP', 'TCP', 'UDP'],
      },
      containerPort: 'int32',
    },
  },
  PodStatus: {
    open: true,
    fields: { phase: 'string', podIP: 'string', podIPs: ['PodIP'] },
  },
  PodIP: { open: true, fields: { ip: 'string' } },
  Service: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'ServiceSpec' },
  },
  ServiceSpec: {
    open: true,
    fields: {
      type: {
        type: 'string',
        default: 'ClusterIP',
        emptyIsDefault: true,
        values: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
      },
      selector: { map: 'string' },
      externalName: 'string',
      clusterIP: 'string',
      clusterIPs: ['string'],
      ipFamilies: ['string'],
      ipFamilyPolicy: {
        type: 'string',
        default: 'SingleStack',
        emptyIsDefault: true,
        values: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
      },
      externalTrafficPolicy: {
        type: 'string',
        default: 'Cluster',
        emptyIsDefault: true,
        values: ['Cluster', 'Local'],
      },
      internalTrafficPolicy: {
        type: 'string',
        default: 'Cluster',
        emptyIsDefault: true,
        values: ['Cluster', 'Local'],
      },
      ports: ['ServicePort'],
    },
  },
  ServicePort: {
    open: true,
    fields: {
      name: 'string',
      protocol: {
        type: 'string',
        default: 'TCP',
        emptyIsDefault: true,
        values: ['SCTP', 'TCP', 'UDP'],
      },
      port: { type: 'int32', default: 0 },
      targetPort: 'intOrString',
      nodePort: 'int32',
    },
  },
} as const;
