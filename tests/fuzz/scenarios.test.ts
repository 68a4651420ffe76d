import { readDocuments, renderIssue, type Source } from '@ringfence/kube';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLAIN } from '../../packages/cli/src/command-line/paint.ts';
import { runFile } from '../../packages/cli/src/scenario/command.ts';
import { EVALUATOR } from '../../packages/cli/src/scenario/engine.ts';
import { fileKindOf } from '../../packages/cli/src/scenario/read-file.ts';
import { merged } from '../../packages/cli/src/scenario/read-objects.ts';
import { reportJson } from '../../packages/cli/src/scenario/report/json.ts';
import { reportJunit } from '../../packages/cli/src/scenario/report/junit.ts';
import { reportTap } from '../../packages/cli/src/scenario/report/tap.ts';
import { reportText } from '../../packages/cli/src/scenario/report/text.ts';
import { fuzzAsync, PATIENCE, speaksPlainly } from './fuzz.ts';
import { arbMutations, mutated } from './mutation.ts';
import { readSamples } from './samples.ts';
import { arbEdited, arbNoise } from './text.arbitrary.ts';

const samples = await readSamples();

const NETASSERT: Source = {
  name: 'netassert.yaml',
  text: `- name: web-reaches-db
  type: k8s
  protocol: tcp
  targetPort: 5432
  timeoutSeconds: 5
  attempts: 2
  exitCode: 0
  src: {k8sResource: {kind: pod, name: web, namespace: shop}}
  dst: {k8sResource: {kind: pod, name: db, namespace: shop}}
- name: out
  protocol: udp
  targetPort: 53
  exitCode: 1
  src: {k8sResource: {kind: deployment, name: web, namespace: shop}}
  dst: {host: {name: 1.1.1.1}}
`,
};
const SOURCES = [...samples.scenarios, NETASSERT];
const VALUES = SOURCES.flatMap(readDocuments).map(({ value }) => value);

/** Manifests that are named by a path are looked for beside the file: there are none. */
const FILE = '/nothing/is/here/at/all/a.yaml';

const FIELDS: readonly string[] = [
  ['scenario', 'source', 'read', 'ownNodeEgress', 'namespace', 'manifests', 'refused', 'warned'],
  ['connections', 'steps', 'step', 'apply', 'delete', 'label', 'object', 'labels', 'text', 'from'],
  ['to', 'protocol', 'port', 'family', 'want', 'because', 'message', 'path', 'line', 'hint'],
].flat();

/** Whatever a file is: checks, or issues with their places; every report can be written of it. */
async function isRun(text: string): Promise<void> {
  const source = { name: FILE, text };
  fileKindOf(source);
  const result = await runFile(source, { engine: EVALUATOR, base: merged([]) });
  const tellsApart = !/undefined|nan/iu.test(text);
  for (const issue of result.issues) {
    if (tellsApart) speaksPlainly(renderIssue(issue));
    expect(issue.place.line).toBeGreaterThanOrEqual(1);
  }
  expect(result.issues.length + result.checks.length).toBeGreaterThan(0);
  for (const { outcome } of result.checks) {
    if (tellsApart && outcome.kind === 'broken') speaksPlainly(outcome.message);
  }
  const results = [result];
  JSON.parse(reportJson(results));
  for (const write of [reportJunit, reportTap]) write(results);
  reportText(results, PLAIN);
}

/** An absolute path would be read, whatever is there. */
function namesFolder(value: unknown): boolean {
  return /"\//u.test(JSON.stringify(value) ?? '');
}

test(
  'files of expectations with a few edits are run, or told what is wrong',
  PATIENCE,
  async () => {
    await fuzzAsync(arbEdited(SOURCES), 300, async (text) => {
      if (!namesFolder(readDocuments({ name: FILE, text }).map(({ value }) => value))) {
        await isRun(text);
      }
    });
  },
);

test('any JSON in any field of a scenario is taken, or told what is wrong', PATIENCE, async () => {
  const arbScenario = fc.tuple(fc.constantFrom(...VALUES), arbMutations(FIELDS, 4));
  await fuzzAsync(arbScenario, 500, async ([value, mutations]) => {
    const scenario = mutations.reduce<unknown>(mutated, value);
    if (!namesFolder(scenario)) await isRun(JSON.stringify(scenario, undefined, 1) ?? 'null');
  });
});

test('what only begins as a scenario is told what is wrong', PATIENCE, async () => {
  await fuzzAsync(arbNoise, 150, async (noise) => {
    const text = `scenario: s\n${noise}`;
    if (!namesFolder(readDocuments({ name: FILE, text }).map(({ value }) => value))) {
      await isRun(text);
    }
  });
});
