/** What makes pods; of each only its pod template, and whether it will still make pods. */
export const WORKLOADS = {
  Deployment: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  ReplicaSet: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  StatefulSet: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  DaemonSet: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  ReplicationController: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  Job: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'WorkloadSpec', status: 'WorkloadStatus' },
  },
  CronJob: {
    open: true,
    fields: { metadata: 'ObjectMeta', spec: 'CronJobSpec' },
  },
  WorkloadSpec: {
    open: true,
    fields: { replicas: 'int32', serviceName: 'string', template: 'PodTemplateSpec' },
  },
  WorkloadStatus: { open: true, fields: { conditions: ['Condition'] } },
  Condition: { open: true, fields: { type: 'string', status: 'string' } },
  CronJobSpec: { open: true, fields: { jobTemplate: 'JobTemplateSpec' } },
  JobTemplateSpec: { open: true, fields: { spec: 'WorkloadSpec' } },
  PodTemplateSpec: { open: true, fields: { metadata: 'ObjectMeta', spec: 'PodSpec' } },
} as const;
