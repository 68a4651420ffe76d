/**
 * policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy, experimental channel.
 *
 * @see https://network-policy-api.sigs.k8s.io/reference/spec/
 */
export const CLUSTER_NETWORK_POLICY = {
  ClusterNetworkPolicy: {
    custom: true,
    fields: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: { type: 'ClusterNetworkPolicySpec', required: true },
      status: 'anything',
    },
  },
  ClusterNetworkPolicySpec: {
    fields: {
      tier: { type: 'string', required: true, values: ['Admin', 'Baseline'] },
      priority: { type: 'int32', required: true, minimum: 0, maximum: 1000 },
      subject: { type: 'TierSubject', required: true },
      ingress: { type: ['ClusterNetworkPolicyIngressRule'], maxItems: 25 },
      egress: { type: ['ClusterNetworkPolicyEgressRule'], maxItems: 25 },
    },
  },
  TierSubject: {
    exactlyOne: true,
    fields: { namespaces: 'LabelSelector', pods: 'NamespacedPod' },
  },
  NamespacedPod: {
    fields: {
      namespaceSelector: 'LabelSelector',
      podSelector: { type: 'LabelSelector', required: true },
    },
  },
  ClusterNetworkPolicyIngressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Accept', 'Deny', 'Pass'] },
      from: { type: ['TierIngressPeer'], required: true, minItems: 1, maxItems: 25 },
      protocols: { type: ['ClusterNetworkPolicyProtocol'], minItems: 1, maxItems: 25 },
    },
  },
  ClusterNetworkPolicyEgressRule: {
    fields: {
      name: { type: 'string', maxLength: 100 },
      action: { type: 'string', required: true, values: ['Accept', 'Deny', 'Pass'] },
      to: { type: ['TierEgressPeer'], required: true, minItems: 1, maxItems: 25 },
      protocols: { type: ['ClusterNetworkPolicyProtocol'], minItems: 1, maxItems: 25 },
    },
  },
  TierIngressPeer: {
    exactlyOne: true,
    fields: { namespaces: 'LabelSelector', pods: 'NamespacedPod' },
  },
  TierEgressPeer: {
    exactlyOne: true,
    fields: {
      namespaces: 'LabelSelector',
      pods: 'NamespacedPod',
      nodes: 'LabelSelector',
      networks: { type: ['string'], minItems: 1, maxItems: 25 },
      domainNames: { type: ['string'], minItems: 1, maxItems: 25 },
    },
  },
  ClusterNetworkPolicyProtocol: {
    exactlyOne: true,
    fields: {
      tcp: 'ProtocolPorts',
      udp: 'ProtocolPorts',
      sctp: 'ProtocolPorts',
      destinationNamedPort: 'string',
    },
  },
  ProtocolPorts: {
    notEmpty: true,
    fields: { destinationPort: 'DestinationPort' },
  },
  DestinationPort: {
    exactlyOne: true,
    fields: {
      number: { type: 'int32', minimum: 1, maximum: 65_535 },
      range: 'DestinationPortRange',
    },
  },
  DestinationPortRange: {
    fields: {
      start: { type: 'int32', required: true, minimum: 1, maximum: 65_535 },
      end: { type: 'int32', required: true, minimum: 1, maximum: 65_535 },
    },
  },
} as const;
