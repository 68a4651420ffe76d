import type { Issue } from '@ringfence/core';
import type { Source } from '../sources/source.ts';
import { templateIssue } from './template.ts';

/** What a source is to the tools that make manifests of it. */
export type Role =
  | { readonly kind: 'manifests' }
  /** Describes how manifests are made: nothing to read, but something to say. */
  | { readonly kind: 'description'; readonly issue: Issue }
  /** A part of a chart, about which its description speaks. */
  | { readonly kind: 'part' };

/** Tells charts and kustomizations, which their tools have to render first, from manifests. */
export function roleIn(sources: readonly Source[]): (source: Source) => Role {
  const charts = sources.filter(({ name }) => CHART.test(name)).map(({ name }) => folderOf(name));
  return ({ name }) => {
    const folder = folderOf(name);
    if (CHART.test(name)) return { kind: 'description', issue: chartIssue(folder) };
    if (charts.some((chart) => isBelow(chart, name))) return { kind: 'part' };
    if (!KUSTOMIZATION.test(name)) return { kind: 'manifests' };
    return { kind: 'description', issue: kustomizationIssue(folder) };
  };
}

const CHART = /(?:^|[\\/])Chart\.ya?ml$/u;
const KUSTOMIZATION = /(?:^|[\\/])kustomization\.ya?ml$/u;

/** With the separator at its end; empty for the working folder. */
function folderOf(name: string): string {
  return name.replace(/[^\\/]*$/u, '');
}

function isBelow(folder: string, name: string): boolean {
  return folder === '' ? !/^(?:\.\.|[\\/<])/u.test(name) : name.startsWith(folder);
}

function chartIssue(folder: string): Issue {
  return {
    ...templateIssue(),
    message: 'this folder is a Helm chart, not manifests: it has to be rendered first',
    hint: `helm template RELEASE ${folder || '.'} | ringfence ... -f -`,
  };
}

function kustomizationIssue(folder: string): Issue {
  return {
    ...templateIssue(),
    severity: 'warning',
    message: 'this kustomization is not applied: the files beside it are read as they are written',
    hint: `kubectl kustomize ${folder || '.'} | ringfence ... -f -`,
  };
}
