import type { Issue } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import { invalidValue, requiredValue } from '../schema/field-error.ts';
import { kindOf } from '../schema/kinds.ts';
import { labelKeyProblems, labelValueProblems } from '../schema/label-syntax.ts';
import { dnsLabelProblems, subdomainProblems } from '../schema/names.ts';
import type { Labels } from '../selectors/label-selector.ts';
import type { Draft } from './draft.ts';
import type { Owner } from './object.ts';

/** What identifies an object, and what policy needs of its metadata. */
export interface Meta {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly labels: Labels;
  readonly owner: Owner | undefined;
  readonly terminating: boolean;
  /** Milliseconds since 1970; 0 where unknown. */
  readonly createdAt: number;
}

const NO_LABELS: Labels = new Map();

/** Takes what matters from an object's metadata, and checks it as a server would. */
export function decodeMeta(wire: Wire<'ObjectMeta'> | undefined, draft: Draft): Meta {
  const meta: Meta = {
    namespace: namespaceOf(wire, draft),
    name: nameOf(wire),
    uid: wire?.uid ?? '',
    generation: wire?.generation ?? 0,
    labels: wire?.labels ?? NO_LABELS,
    owner: controllerOf(wire),
    terminating: wire?.deletionTimestamp !== undefined,
    createdAt: wire?.creationTimestamp ?? 0,
  };
  validateName(wire, draft);
  if (draft.reading === 'strict') validateRest(wire, meta, draft);
  return meta;
}

function controllerOf(wire: Wire<'ObjectMeta'> | undefined): Owner | undefined {
  const owner = wire?.ownerReferences?.find((reference) => reference.controller === true);
  return owner && { kind: owner.kind ?? '', name: owner.name ?? '' };
}

// A server clears the namespace of a cluster-scoped object without a word.
function namespaceOf(wire: Wire<'ObjectMeta'> | undefined, draft: Draft): string {
  if (!kindOf(draft.kind).namespaced) return '';
  const own = wire?.namespace ?? '';
  return own === '' ? draft.namespace : own;
}

function nameOf(wire: Wire<'ObjectMeta'> | undefined): string {
  const name = wire?.name ?? '';
  return name === '' ? (wire?.generateName ?? '') : name;
}

function validateName(wire: Wire<'ObjectMeta'> | undefined, draft: Draft): void {
  const { kind, reading, issues } = draft;
  const name = nameOf(wire);
  if (name === '') {
    // A name that was misspelt, or that YAML took for something else, has its issue already.
    if (issues.some(({ path }) => path[0] === 'metadata' && path.length <= 2)) return;
    const fault = { path: ['metadata', 'name'] };
    issues.push(requiredValue(fault, 'name or generateName is required'));
    return;
  }
  if (reading === 'stored') return;
  const isGenerated = wire?.name !== name;
  const path = ['metadata', isGenerated ? 'generateName' : 'name'];
  const isDnsLabel = kind === 'Namespace' || kind === 'Service';
  const problemsOf = isDnsLabel ? dnsLabelProblems : subdomainProblems;
  // A generated name goes on after its dash.
  const problems = problemsOf(isGenerated && name.endsWith('-') ? `${name}x` : name);
  if (problems.length === 0) return;
  const repaired = name.toLowerCase().replaceAll('_', '-');
  const hint = problemsOf(repaired).length === 0 ? `write \`${repaired}\`` : '';
  for (const problem of problems) issues.push(invalidValue({ path, hint }, name, problem));
}

function validateRest(
  wire: Wire<'ObjectMeta'> | undefined,
  meta: Meta,
  { kind, issues }: Draft,
): void {
  if (kindOf(kind).namespaced) {
    for (const problem of dnsLabelProblems(meta.namespace)) {
      issues.push(invalidValue({ path: ['metadata', 'namespace'] }, meta.namespace, problem));
    }
  }
  for (const issue of labelIssues(meta.labels, ['metadata', 'labels'])) issues.push(issue);
  for (const key of wire?.annotations?.keys() ?? []) {
    for (const problem of labelKeyProblems(key.toLowerCase())) {
      issues.push(invalidValue({ path: ['metadata', 'annotations'] }, key, problem));
    }
  }
}

/** What is wrong with labels; Kubernetes puts it all at the map's own path. */
export function labelIssues(labels: Labels, path: readonly (string | number)[]): readonly Issue[] {
  const issues: Issue[] = [];
  for (const [key, value] of labels) {
    for (const problem of labelKeyProblems(key)) issues.push(invalidValue({ path }, key, problem));
    for (const problem of labelValueProblems(value)) {
      issues.push(invalidValue({ path }, value, problem));
    }
  }
  return issues;
}
