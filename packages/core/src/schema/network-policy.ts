/**
 * networking.k8s.io/v1 NetworkPolicy.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export const NETWORK_POLICY = {
  NetworkPolicy: {
    // An alpha field of 1.24 to 1.27.
    passedWhenStored: ['status'],
    fields: {
      apiVersion: 'string',
      kind: 'string',
      metadata: 'ObjectMeta',
      spec: 'NetworkPolicySpec',
    },
  },
  NetworkPolicySpec: {
    fields: {
      podSelector: 'LabelSelector',
      ingress: ['NetworkPolicyIngressRule'],
      egress: ['NetworkPolicyEgressRule'],
      policyTypes: ['string'],
    },
  },
  NetworkPolicyIngressRule: {
    fields: { ports: ['NetworkPolicyPort'], from: ['NetworkPolicyPeer'] },
  },
  NetworkPolicyEgressRule: {
    fields: { ports: ['NetworkPolicyPort'], to: ['NetworkPolicyPeer'] },
  },
  NetworkPolicyPort: {
    fields: {
      protocol: { type: 'string', default: 'TCP', values: ['TCP', 'UDP', 'SCTP'] },
      port: 'intOrString',
      endPort: 'int32',
    },
  },
  NetworkPolicyPeer: {
    fields: {
      podSelector: 'LabelSelector',
      namespaceSelector: 'LabelSelector',
      ipBlock: 'IPBlock',
    },
  },
  IPBlock: {
    fields: { cidr: 'string', except: ['string'] },
  },
} as const;
