import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDocuments } from '@ringfence/kube';
import { describe, expect, test } from 'vitest';
import { SCENARIO } from '../../packages/cli/src/scenario/scenario-format.ts';
import { scenarioSchema } from '../../packages/cli/src/scenario/schema.ts';
import { schemaErrors } from './json-schema.ts';
import { conformanceFiles, exampleFiles } from './scenario-files.ts';

const files = [...(await conformanceFiles()), ...(await exampleFiles())];

test('scenario.schema.json is what the reader reads', async () => {
  const text = await readFile(join(import.meta.dirname, 'scenario.schema.json'), 'utf8');
  expect(JSON.parse(text)).toEqual(scenarioSchema());
});

describe('every scenario is valid under the schema', () => {
  test.each(files)('$name', ({ source }) => {
    const values = readDocuments(source).map(({ value }) => value);
    expect(values.flatMap((value) => schemaErrors(scenarioSchema(), value))).toEqual([]);
  });
});

const CHECK = { from: 'a', to: 'b', port: 80, want: 'allow', because: 'so' };

// Reader and schema must agree on what is no scenario, each in its own words.
describe('what the reader refuses, the schema refuses too', () => {
  test.each<[string, unknown]>([
    ['no mapping', []],
    ['no title', {}],
    ['an empty title', { scenario: '' }],
    ['an unknown field', { scenario: 's', Connections: [] }],
    ['a word that is no reading', { scenario: 's', read: 'loose' }],
    ['null in place of a list', { scenario: 's', connections: null }],
    ['a mapping in place of a list', { scenario: 's', connections: CHECK }],
    ['no reason', { scenario: 's', connections: [{ ...CHECK, because: undefined }] }],
    ['no verdict', { scenario: 's', connections: [{ ...CHECK, want: undefined }] }],
    ['a verdict in capitals', { scenario: 's', connections: [{ ...CHECK, want: 'Allow' }] }],
    ['a port in quotes', { scenario: 's', connections: [{ ...CHECK, port: '80' }] }],
    ['a port out of range', { scenario: 's', connections: [{ ...CHECK, port: 65536 }] }],
    ['no port', { scenario: 's', connections: [{ ...CHECK, port: undefined }] }],
    ['an empty list of ports', { scenario: 's', connections: [{ ...CHECK, port: [] }] }],
    ['an unknown protocol', { scenario: 's', connections: [{ ...CHECK, protocol: 'ICMP' }] }],
    ['a number as an end', { scenario: 's', connections: [{ ...CHECK, from: 7 }] }],
    ['a manifest without kind', { scenario: 's', manifests: [{ apiVersion: 'v1' }] }],
    ['a deletion without kind', { scenario: 's', steps: [{ step: 'd', delete: ['x/a'] }] }],
    ['a label that is a number', label({ a: 1 })],
    ['a step without title', { scenario: 's', steps: [{}] }],
  ])('%s', (_what, written) => {
    const value: unknown = JSON.parse(JSON.stringify(written));
    expect(SCENARIO.read(value, []).kind).toBe('failed');
    expect(schemaErrors(scenarioSchema(), value)).not.toEqual([]);
  });
});

describe('what the reader takes, the schema takes too', () => {
  test.each<[string, unknown]>([
    ['a title only', { scenario: 's' }],
    [
      'lists of everything',
      { scenario: 's', connections: [{ ...CHECK, from: ['a', '*'], port: [1, 2] }] },
    ],
    [
      'other without port',
      { scenario: 's', connections: [{ ...CHECK, protocol: 'other', port: undefined }] },
    ],
    ['a label taken away', label({ a: null, b: '' })],
    [
      'all sorts of manifests',
      { scenario: 's', manifests: ['a.yaml', { text: '' }, { apiVersion: 'v1', kind: 'Pod' }] },
    ],
  ])('%s', (_what, written) => {
    const value: unknown = JSON.parse(JSON.stringify(written));
    expect(SCENARIO.read(value, []).kind).toBe('ok');
    expect(schemaErrors(scenarioSchema(), value)).toEqual([]);
  });
});

function label(labels: object): unknown {
  return { scenario: 's', steps: [{ step: 'l', label: [{ object: 'Pod x/a', labels }] }] };
}
