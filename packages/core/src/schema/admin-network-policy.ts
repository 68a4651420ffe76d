/**
 * policy.networking.k8s.io/v1alpha1: the two kinds that ClusterNetworkPolicy replaces.
 *
 * @see https://network-policy-api.sigs.k8s.io/reference/spec/
 */
export const ADMIN_NETWORK_POLICY = {
  AdminNetworkPolicy: {
    custom: true,
    fields: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: { type: 'AdminNetworkPolicySpec', required: true },
      status: 'anything',
    },
  },
  AdminNetworkPolicySpec: {
    fields: {
      priority: { type: 'int32', required: true, minimum: 0, maximum: 1000 },
      subject: { type: 'AdminSubject', required: true },
      ingress: { type: ['AdminNetworkPolicyIngressRule'], maxItems: 100 },
      egress: { type: ['AdminNetworkPolicyEgressRule'], maxItems: 100 },
    },
  },
  AdminNetworkPolicyIngressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Allow', 'Deny', 'Pass'] },
      from: { type: ['AdminIngressPeer'], required: true, minItems: 1, maxItems: 100 },
      ports: { type: ['AdminNetworkPolicyPort'], minItems: 1, maxItems: 100 },
    },
  },
  AdminNetworkPolicyEgressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Allow', 'Deny', 'Pass'] },
      to: { type: ['AdminEgressPeer'], required: true, minItems: 1, maxItems: 100 },
      ports: { type: ['AdminNetworkPolicyPort'], minItems: 1, maxItems: 100 },
    },
  },
  AdminSubject: {
    exactlyOne: true,
    fields: { namespaces: 'LabelSelector', pods: 'AdminNamespacedPod' },
  },
  AdminNamespacedPod: {
    fields: {
      namespaceSelector: { type: 'LabelSelector', required: true },
      podSelector: { type: 'LabelSelector', required: true },
    },
  },
  AdminIngressPeer: {
    exactlyOne: true,
    fields: { namespaces: 'LabelSelector', pods: 'AdminNamespacedPod' },
  },
  AdminEgressPeer: {
    exactlyOne: true,
    fields: {
      namespaces: 'LabelSelector',
      pods: 'AdminNamespacedPod',
      nodes: 'LabelSelector',
      networks: { type: ['string'], minItems: 1, maxItems: 25 },
      domainNames: { type: ['string'], minItems: 1, maxItems: 25 },
    },
  },
  AdminNetworkPolicyPort: {
    exactlyOne: true,
    fields: {
      portNumber: 'AdminPortNumber',
      namedPort: 'string',
      portRange: 'AdminPortRange',
    },
  },
  AdminPortNumber: {
    fields: {
      protocol: { type: 'string', default: 'TCP', values: ['TCP', 'UDP', 'SCTP'] },
      port: { type: 'int32', required: true, minimum: 1, maximum: 65_535 },
    },
  },
  AdminPortRange: {
    fields: {
      protocol: { type: 'string', default: 'TCP', values: ['TCP', 'UDP', 'SCTP'] },
      start: { type: 'int32', required: true, minimum: 1, maximum: 65_535 },
      end: { type: 'int32', required: true, minimum: 1, maximum: 65_535 },
    },
  },
  BaselineAdminNetworkPolicy: {
    custom: true,
    fields: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: { type: 'BaselineAdminNetworkPolicySpec', required: true },
      status: 'anything',
    },
  },
  BaselineAdminNetworkPolicySpec: {
    fields: {
      subject: { type: 'AdminSubject', required: true },
      ingress: { type: ['BaselineAdminNetworkPolicyIngressRule'], maxItems: 100 },
      egress: { type: ['BaselineAdminNetworkPolicyEgressRule'], maxItems: 100 },
    },
  },
  BaselineAdminNetworkPolicyIngressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Allow', 'Deny'] },
      from: { type: ['AdminIngressPeer'], required: true, minItems: 1, maxItems: 100 },
      ports: { type: ['AdminNetworkPolicyPort'], minItems: 1, maxItems: 100 },
    },
  },
  BaselineAdminNetworkPolicyEgressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Allow', 'Deny'] },
      to: { type: ['BaselineEgressPeer'], required: true, minItems: 1, maxItems: 100 },
      ports: { type: ['AdminNetworkPolicyPort'], minItems: 1, maxItems: 100 },
    },
  },
  BaselineEgressPeer: {
    exactlyOne: true,
    fields: {
      namespaces: 'LabelSelector',
      pods: 'AdminNamespacedPod',
      nodes: 'LabelSelector',
      networks: { type: ['string'], minItems: 1, maxItems: 25 },
    },
  },
} as const;
