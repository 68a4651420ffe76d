import type { WorkloadKind } from '@ringfence/core';

/** The kinds of objects that can be an end of a connection. */
export type EndKind = 'Pod' | 'Node' | 'Service' | WorkloadKind;

interface KindNames {
  readonly kind: EndKind;
  /** What kubectl calls it for short; the one that messages suggest. */
  readonly short: string;
  readonly plural: string;
  /** Empty for the core group. */
  readonly group: string;
}

const KINDS = [
  { kind: 'Pod', short: 'po', plural: 'pods', group: '' },
  { kind: 'Node', short: 'no', plural: 'nodes', group: '' },
  { kind: 'Service', short: 'svc', plural: 'services', group: '' },
  { kind: 'ReplicationController', short: 'rc', plural: 'replicationcontrollers', group: '' },
  { kind: 'Deployment', short: 'deploy', plural: 'deployments', group: 'apps' },
  { kind: 'StatefulSet', short: 'sts', plural: 'statefulsets', group: 'apps' },
  { kind: 'DaemonSet', short: 'ds', plural: 'daemonsets', group: 'apps' },
  { kind: 'ReplicaSet', short: 'rs', plural: 'replicasets', group: 'apps' },
  { kind: 'Job', short: 'job', plural: 'jobs', group: 'batch' },
  { kind: 'CronJob', short: 'cj', plural: 'cronjobs', group: 'batch' },
] as const satisfies readonly KindNames[];

const BY_NAME: ReadonlyMap<string, EndKind> = new Map(
  KINDS.flatMap((names) => spellings(names).map((name) => [name, names.kind] as const)),
);

const SHORT: ReadonlyMap<EndKind, string> = new Map(
  KINDS.map(({ kind, short }) => [kind, kind === 'Pod' ? 'pod' : kind === 'Node' ? 'node' : short]),
);

/** Finds the kind that kubectl would understand, in any case: `deploy`, `Deployments`, `deployments.apps`. */
export function kindNamed(name: string): EndKind | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** Writes a kind as people type it: `deploy`, `svc`, `pod`. */
export function typedKind(kind: EndKind): string {
  return SHORT.get(kind) ?? kind.toLowerCase();
}

/** Every kind as people type it, in the order in which messages list them. */
export function typedKinds(): readonly string[] {
  return [...SHORT.values()];
}

function spellings({ kind, short, plural, group }: KindNames): readonly string[] {
  const singular = kind.toLowerCase();
  const plain = [short, singular, plural];
  if (group === '') return plain;
  return [
    ...plain,
    ...[singular, plural].flatMap((name) => [`${name}.${group}`, `${name}.v1.${group}`]),
  ];
}
