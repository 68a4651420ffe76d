import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoded, decode } from '@ringfence/core';
import { describe, expect, test } from 'vitest';
import { isRefusal } from './answer.ts';
import { clusterObjects } from './corpus/cluster-objects.ts';
import type { JsonMap } from './corpus/mutations.ts';
import { networkPolicies } from './corpus/network-policies.ts';
import { tierPolicies } from './corpus/tier-policies.ts';
import { differences } from './differences.ts';
import { readGolden, writeGolden } from './golden.ts';
import { ON_PURPOSE } from './on-purpose.ts';
import { askKubernetes } from './record.ts';

const MADE_WITH = {
  'k8s.io/kubernetes': 'v1.36.3',
  'sigs.k8s.io/network-policy-api':
    'v0.2.0; v0.1.7 for AdminNetworkPolicy and BaselineAdminNetworkPolicy',
};

const CORPORA = [
  { name: 'network-policies', manifests: distinct(networkPolicies()) },
  { name: 'tier-policies', manifests: distinct(tierPolicies()) },
  { name: 'cluster-objects', manifests: distinct(clusterObjects()) },
];

const used = new Set<string>();

describe.each(CORPORA)('as Kubernetes reads $name', ({ name, manifests }) => {
  const file = join(import.meta.dirname, 'testdata', `${name}.jsonl`);
  const command = process.env['RINGFENCE_ORACLE'];
  if (command !== undefined) {
    const cases = askKubernetes(command, manifests);
    writeFileSync(file, writeGolden({ madeWith: MADE_WITH, cases }));
  }
  const { cases } = readGolden(readFileSync(file, 'utf8'));

  test('the golden file answers for this corpus', () => {
    expect(cases.map(({ manifest }) => manifest)).toEqual(manifests);
  });

  test.each(cases.map((each) => ({ ...each, title: titleOf(each.manifest) })))(
    '$title',
    ({ manifest, answer }) => {
      const decoded = read(manifest);
      expect(differences(decoded, answer, { custom: isCustom(manifest), used })).toEqual([]);
      const warnings = decoded.kind === 'object' ? decoded.warnings : [];
      expect(warnings.map(({ message }) => message)).toEqual(
        expect.arrayContaining([...(answer.warnings ?? [])]),
      );
      if (answer.spec === undefined || isRefusal(answer)) return;
      // What a server stores, with its defaults, means what was written.
      expect(read({ ...manifest, spec: answer.spec })).toMatchObject(withoutWarnings(decoded));
    },
  );
});

test('everything that differs on purpose does so somewhere', () => {
  expect([...used].sort()).toEqual(ON_PURPOSE.map(([reason]) => reason).sort());
});

function read(manifest: JsonMap): Decoded {
  return decode(manifest, { namespace: 'shop', reading: 'strict' });
}

function withoutWarnings(decoded: Decoded): object {
  return decoded.kind === 'object' ? { kind: 'object', object: decoded.object } : decoded;
}

function isCustom({ apiVersion }: JsonMap): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('policy.networking.k8s.io/');
}

function titleOf(manifest: JsonMap): string {
  const { apiVersion: _, ...rest } = manifest;
  return JSON.stringify(rest).slice(0, 200);
}

function distinct(manifests: Iterable<JsonMap>): readonly JsonMap[] {
  const texts = new Set([...manifests].map((manifest) => JSON.stringify(manifest)));
  return [...texts].map((text): JsonMap => JSON.parse(text));
}
