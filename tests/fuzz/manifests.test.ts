import {
  type ClusterPod,
  clusterOf,
  decode,
  type Endpoint,
  evaluate,
  evaluatePorts,
  formatPath,
  type KubernetesObject,
  refOf,
} from '@ringfence/core';
import { compile, DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import {
  type LocatedIssue,
  readDocuments,
  readManifests,
  renderIssue,
  type Source,
} from '@ringfence/kube';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz, PATIENCE, speaksPlainly } from './fuzz.ts';
import { arbField } from './json-value.arbitrary.ts';
import { arbMutations, mutated } from './mutation.ts';
import { FIELD_NAMES, readSamples } from './samples.ts';
import { arbEdited, arbNoise } from './text.arbitrary.ts';

const samples = await readSamples();
const OPTIONS = { namespace: 'default', strict: false };

/** Whatever a text is: objects, or issues that say where they are and what is wrong. */
function isRead(text: string): void {
  const source: Source = { name: 'a.yaml', text };
  const { errors, warnings, objects, locate } = readManifests([source], OPTIONS);
  const documents = readDocuments(source);
  const written = {
    lines: text.split(/\r\n|\r|\n/u).length,
    tellsApart: !/undefined|nan/iu.test(text),
  };
  for (const issue of [...errors, ...warnings, ...documents.flatMap(({ issues }) => issues)]) {
    isPlaced(issue, written);
  }
  for (const object of objects) {
    expect(locate(refOf(object), ['metadata', 'name'])?.file).toBe('a.yaml');
  }
  hold(objects);
}

/** @param written.tellsApart whether a message that holds a word of a bug has it from a bug. */
function isPlaced(
  issue: LocatedIssue,
  written: { readonly lines: number; readonly tellsApart: boolean },
): void {
  const { place, path } = issue;
  const message = renderIssue(issue);
  if (written.tellsApart) speaksPlainly(message);
  formatPath(path);
  const isInside = place.line >= 1 && place.line <= written.lines && place.column >= 1;
  if (!isInside || place.file !== 'a.yaml') throw new Error(`nowhere: ${message}`);
}

/** What was decoded can be asked about, and compiled. */
function hold(objects: readonly KubernetesObject[]): void {
  const cluster = clusterOf(objects);
  const pods = [...cluster.pods()].slice(0, 3);
  const ends: readonly Endpoint[] = [
    ...pods.map(endpointOf),
    { kind: 'address', address: { family: 'IPv4', value: 0x0a00_0001 } },
  ];
  for (const from of ends) {
    for (const to of ends) {
      const between = { from, to, family: 'IPv4', viaService: false } as const;
      evaluate(cluster, { ...between, protocol: 'TCP', port: 80 });
      evaluatePorts(cluster, between);
    }
  }
  const [pod] = pods;
  if (pod !== undefined) compile(cluster, pod.object.node, DEFAULT_COMPILE_OPTIONS);
}

function endpointOf({ object: { namespace, name } }: ClusterPod): Endpoint {
  return { kind: 'pod', namespace, name };
}

test('text of fragments and of random bytes is read, or told what is wrong', PATIENCE, () => {
  fuzz(arbNoise, 500, isRead);
});

test('manifests with a few edits are read, or told what is wrong', PATIENCE, () => {
  fuzz(arbEdited(samples.manifests), 400, isRead);
});

test('any JSON in any field of any kind is taken, or told what is wrong', PATIENCE, () => {
  const arbObjects = fc.tuple(
    fc.shuffledSubarray([...samples.objects], { minLength: 1, maxLength: 6 }),
    arbMutations(FIELD_NAMES, 4),
  );
  fuzz(arbObjects, 600, ([values, mutations]) => {
    const all = mutations.reduce<unknown>(mutated, values);
    const decoded = (Array.isArray(all) ? all : [all]).flatMap((value: unknown) =>
      (['strict', 'stored'] as const).map((reading) =>
        decode(value, { namespace: 'default', reading }),
      ),
    );
    hold(
      decoded.flatMap((each) => {
        if (each.kind === 'object') return [each.object];
        return each.kind === 'invalid' ? (each.undecodable ?? []) : [];
      }),
    );
    for (const each of decoded) {
      if (each.kind === 'invalid') expect(each.issues.length).toBeGreaterThan(0);
    }
    isRead(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all }, undefined, 1));
  });
});

test('any JSON at all is decoded, or told what is wrong', PATIENCE, () => {
  const arbKind = fc.constantFrom('NetworkPolicy', 'Pod', 'Node', 'Namespace', 'Service', 'List');
  fuzz(fc.tuple(arbField, arbKind), 700, ([value, kind]) => {
    const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
    for (const each of [value, isMapping ? { apiVersion: 'v1', kind, ...value } : value]) {
      decode(each, { namespace: 'default', reading: 'strict' });
      isRead(JSON.stringify(each));
    }
  });
});

test('the quick reader of plain YAML says what the whole parser says', PATIENCE, () => {
  fuzz(arbEdited(samples.manifests), 800, (text) => {
    if (/^(?:---|%|\uFEFF|\s*[[{])/u.test(text)) return;
    // What stands behind dashes is for the parser: so it reads the first document, at least.
    const [plain] = readDocuments({ name: 'a.yaml', text: `---\n${text}` });
    const [whole] = readDocuments({ name: 'a.yaml', text: `--- #\n${text}` });
    expect(plain?.value).toEqual(whole?.value);
    expect(plain?.issues.map(({ message }) => message)).toEqual(
      whole?.issues.map(({ message }) => message),
    );
  });
});
