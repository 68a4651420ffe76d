import { expect, test } from 'vitest';
import { readManifests } from '../manifests/read-manifests.ts';
import type { Source } from '../sources/source.ts';
import { createManifestReader } from './reader.ts';

const namespace = (name: string, folder = 'web'): Source => ({
  name: `${folder}/${name}.yaml`,
  text: `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}}\n`,
});
const A = namespace('a');
const B = namespace('b');
const AGAIN = { ...A, name: 'web/again.yaml' };
const CHART: Source = { name: 'web/Chart.yaml', text: 'name: x\n' };
const BROKEN: Source = { name: 'web/a.yaml', text: 'a: [' };

test('it says of any sources what is said of them at first sight, whatever it has seen', () => {
  const options = { namespace: 'shop', strict: false };
  const read = createManifestReader(options);
  for (const sources of [[A, B], [A, CHART], [A, B], [B, A, AGAIN], [BROKEN, B], [CHART], [A]]) {
    const { objects, errors, warnings } = read(sources);
    const afresh = readManifests(sources, options);
    expect({ objects, errors, warnings }).toEqual({
      objects: afresh.objects,
      errors: afresh.errors,
      warnings: afresh.warnings,
    });
  }
});

test('what was read once is the same value the next time', () => {
  const read = createManifestReader({ namespace: 'shop', strict: false });
  const [before] = read([A, B]).objects;
  expect(read([B, A]).objects[1]).toBe(before);
});
