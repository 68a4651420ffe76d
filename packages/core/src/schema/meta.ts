/** What objects of every kind share. */
export const META = {
  ObjectMeta: {
    passedWhenStored: '*',
    fields: {
      name: 'string',
      generateName: 'string',
      namespace: 'string',
      selfLink: 'string',
      uid: 'string',
      resourceVersion: 'string',
      generation: 'int64',
      creationTimestamp: 'time',
      deletionTimestamp: 'time',
      deletionGracePeriodSeconds: 'int64',
      labels: { map: 'string' },
      annotations: { map: 'string' },
      ownerReferences: ['OwnerReference'],
      finalizers: ['string'],
      managedFields: 'anything',
    },
  },
  OwnerReference: {
    open: true,
    fields: { kind: 'string', name: 'string', controller: 'boolean' },
  },
  LabelSelector: {
    fields: {
      matchLabels: { map: 'string' },
      matchExpressions: ['LabelSelectorRequirement'],
    },
  },
  LabelSelectorRequirement: {
    fields: { key: 'string', operator: 'string', values: ['string'] },
  },
} as const;
