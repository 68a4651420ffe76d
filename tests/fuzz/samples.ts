import { join } from 'node:path';
import { DEFINITIONS, listItems } from '@ringfence/core';
import { readDocuments, readSources, type Source } from '@ringfence/kube';
import { conformanceFiles, ROOT } from '../conformance/scenario-files.ts';

/** Sound texts to begin with. */
export interface Samples {
  /** Kubernetes objects, as plain data. */
  readonly objects: readonly unknown[];
  readonly manifests: readonly Source[];
  readonly scenarios: readonly Source[];
}

/** Every name of a field that any kind knows. */
export const FIELD_NAMES: readonly string[] = [
  ...new Set(Object.values(DEFINITIONS).flatMap(({ fields }) => Object.keys(fields))),
];

/** Reads the examples and the scenarios of this repository. */
export async function readSamples(): Promise<Samples> {
  const all = await readSources([join(ROOT, 'examples')], { stdin: nothing() });
  const manifests = all.filter(({ name }) => !name.endsWith('.expectations.yaml'));
  const scenarios = (await conformanceFiles()).map(({ source }) => source);
  const inline = valuesIn(scenarios).flatMap((scenario) => manifestsOf(scenario));
  return {
    objects: [...valuesIn(manifests), ...inline, ...OTHERS].flatMap((value) =>
      (listItems(value) ?? [{ value }]).map((item) => item.value),
    ),
    manifests,
    scenarios,
  };
}

function valuesIn(sources: readonly Source[]): readonly unknown[] {
  return sources.flatMap(readDocuments).map(({ value }) => value);
}

function manifestsOf(scenario: unknown): readonly unknown[] {
  const isNamed = typeof scenario === 'object' && scenario !== null && 'manifests' in scenario;
  const manifests: unknown = isNamed ? scenario.manifests : [];
  if (!Array.isArray(manifests)) return [];
  return manifests.filter((each) => typeof each === 'object' && each !== null && 'kind' in each);
}

/** Kinds that the examples have no use for. */
const OTHERS: readonly unknown[] = [
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-1',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'w' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  },
  { apiVersion: 'example.com/v1', kind: 'NetworkPolicy', metadata: { name: 'foreign' } },
];

async function* nothing(): AsyncIterable<Uint8Array> {
  // The samples are files.
}
