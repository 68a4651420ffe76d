import type { Issue, Path } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import { requiredValue } from '../schema/field-error.ts';
import type { Labels } from '../selectors/label-selector.ts';
import { decodeContainerPorts } from './decode-container-ports.ts';
import { decodeOwnNetwork } from './decode-own-network.ts';
import { type Draft, readDraft } from './draft.ts';
import { decodeMeta, labelIssues, type Meta } from './meta.ts';
import type { PodTemplate, Workload, WorkloadKind } from './object.ts';

/** Decodes what makes pods, with the template that stands for pods which do not exist yet. */
export function decodeWorkload(draft: Draft<WorkloadKind>): Workload {
  return draft.kind === 'CronJob'
    ? decodeCronJob({ ...draft, kind: draft.kind })
    : decodeOther({ ...draft, kind: draft.kind });
}

function decodeCronJob(draft: Draft<'CronJob'>): Workload {
  const wire = readDraft(draft);
  const meta = decodeMeta(wire.metadata, draft);
  const job = wire.spec?.jobTemplate?.spec;
  const path = ['spec', 'jobTemplate', 'spec'];
  const template = decodeTemplate(job, path, draft);
  return workload('CronJob', meta, template);
}

function decodeOther(draft: Draft<Exclude<WorkloadKind, 'CronJob'>>): Workload {
  const { metadata, spec, status } = readDraft(draft);
  const meta = decodeMeta(metadata, draft);
  const template = decodeTemplate(spec, ['spec'], draft);
  if (draft.kind === 'Job') {
    const labels = jobLabels(meta.name, template.labels);
    return { ...workload('Job', meta, { ...template, labels }), idle: hasEnded(status) };
  }
  const isSpent = draft.kind === 'ReplicaSet' && meta.owner !== undefined && spec?.replicas === 0;
  const subdomain = draft.kind === 'StatefulSet' ? (spec?.serviceName ?? '') : template.subdomain;
  return {
    ...workload(draft.kind, meta, { ...template, subdomain }),
    idle: isSpent,
    replicas: spec?.replicas ?? 1,
  };
}

function workload(
  kind: WorkloadKind,
  { namespace, name, owner }: Meta,
  template: PodTemplate,
): Workload {
  return { kind, namespace, name, owner, idle: false, replicas: 1, template };
}

/** The job controller adds these to its pods. */
function jobLabels(name: string, labels: Labels): Labels {
  return new Map([['job-name', name], ['batch.kubernetes.io/job-name', name], ...labels]);
}

function hasEnded(status: Wire<'WorkloadStatus'> | undefined): boolean {
  return (status?.conditions ?? []).some(
    ({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True',
  );
}

function decodeTemplate(
  spec: Wire<'WorkloadSpec'> | undefined,
  path: Path,
  { reading, issues }: { readonly reading: string; readonly issues: Issue[] },
): PodTemplate {
  const template = spec?.template;
  const at = [...path, 'template'];
  if (template === undefined) issues.push(requiredValue({ path: at }));
  const labels: Labels = template?.metadata?.labels ?? new Map<string, string>();
  if (reading === 'strict') {
    for (const issue of labelIssues(labels, [...at, 'metadata', 'labels'])) issues.push(issue);
  }
  return {
    labels,
    ports: decodeContainerPorts(template?.spec, [...at, 'spec'], issues),
    ...decodeOwnNetwork(template?.spec),
  };
}
