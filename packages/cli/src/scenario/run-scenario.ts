import type { Change, Issue, KubernetesObject, Path, Result } from '@ringfence/core';
import { renderIssue } from '@ringfence/kube';
import { applied, deleted, relabelled } from './changes.ts';
import { checkComplaints } from './complaints.ts';
import { change, checkExpectation, nameOf, openStage, type Stage } from './check-expectation.ts';
import type { Engine } from './engine.ts';
import type { ScenarioFile } from './read-file.ts';
import { merged, type ReadObjects, readObjects } from './read-objects.ts';
import type { CheckResult, FileResult } from './result.ts';
import type { Expectation, Step } from './scenario.ts';

/** What a run is given beside the file itself. */
export interface RunOptions {
  readonly engine: Engine;
  /** Objects that are there before a scenario's own. */
  readonly base: ReadObjects;
}

/**
 * Makes every check of a scenario, in order. The engine gives the verdicts; the evaluator gives the
 * reasons, and the names of ends their meaning.
 */
export async function runScenario(file: ScenarioFile, options: RunOptions): Promise<FileResult> {
  const { scenario, document } = file;
  const { namespace, ownNodeEgress } = scenario;
  const read = await readManifestsOf(file, ['manifests'], scenario.manifests);
  const result = { file: file.file, title: scenario.scenario };
  if (read.errors.length > 0 && scenario.refused.length === 0) {
    return { ...result, issues: read.errors, checks: [] };
  }
  const stage = openStage(options.engine, namespace, { ownNodeEgress });
  try {
    const run: Run = { ...stage, file, parts: [read, options.base] };
    const checks = await play(run, read, options.base.objects);
    const idle = document.locate(NOTHING_CHECKED, { base: [], object: undefined });
    return { ...result, issues: checks.length === 0 ? [idle] : [], checks };
  } finally {
    await stage.session.close();
  }
}

/** Begins with some objects, takes every step, and checks what must hold after each. */
async function play(
  run: Run,
  read: ReadObjects,
  base: readonly KubernetesObject[],
): Promise<readonly CheckResult[]> {
  const { scenario, document } = run.file;
  await change(run, [...base, ...read.objects].map(applied));
  const checks = [
    ...checkComplaints(scenario, document, read),
    ...(await checkAll(run, scenario.connections, { step: '', at: ['connections'] })),
  ];
  for (const [index, step] of scenario.steps.entries()) {
    const at: Path = ['steps', index];
    const problems = await takeStep(run, step, at);
    for (const problem of problems) checks.push(broken(run, step.step, problem));
    // What follows a step that could not be taken would be judged in a state that nobody meant.
    if (problems.length > 0) break;
    const where = { step: step.step, at: [...at, 'connections'] };
    for (const check of await checkAll(run, step.connections, where)) checks.push(check);
  }
  return checks;
}

const NOTHING_CHECKED: Issue = {
  code: 'required',
  severity: 'error',
  path: ['scenario'],
  at: 'key',
  message: 'nothing is checked: there are neither `connections` nor `refused` nor `warned`',
  hint: '',
};

interface Run extends Stage {
  readonly file: ScenarioFile;
  /** Everything that was read so far, the latest first. */
  readonly parts: ReadObjects[];
}

function readManifestsOf(
  { file, document, scenario }: ScenarioFile,
  at: Path,
  manifests: Step['apply'],
): Promise<ReadObjects> {
  const { namespace, read } = scenario;
  return readObjects(manifests, { file, document, at, namespace, read });
}

interface Problem {
  readonly at: Path;
  readonly message: string;
}

/** Deletes, then applies, then labels: one object's old and new self may be in one step. */
async function takeStep(run: Run, step: Step, at: Path): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const attempt = async (where: Path, made: Result<Change, string>): Promise<void> => {
    if (made.kind === 'ok') await change(run, [made.value]);
    else problems.push({ at: where, message: made.error });
  };
  for (const [index, text] of step.delete.entries()) {
    await attempt([...at, 'delete', index], deleted(run.cluster, text, run.namespace));
  }
  const read = await readManifestsOf(run.file, [...at, 'apply'], step.apply);
  for (const issue of read.errors) problems.push({ at, message: renderIssue(issue) });
  run.parts.unshift(read);
  await change(run, read.objects.map(applied));
  for (const [index, labelling] of step.label.entries()) {
    await attempt([...at, 'label', index], relabelled(run.cluster, labelling, run.namespace));
  }
  return problems;
}

function broken(run: Run, step: string, { at, message }: Problem): CheckResult {
  const place = run.file.document.placeOf(at);
  return { name: step, step, place, because: '', outcome: { kind: 'broken', message } };
}

async function checkAll(
  run: Run,
  expectations: readonly Expectation[],
  { step, at }: { readonly step: string; readonly at: Path },
): Promise<readonly CheckResult[]> {
  const { locate } = merged(run.parts);
  // Whoever makes real connections waits for those that are denied: for all of them at once.
  return await Promise.all(
    expectations.map(async (expectation, index) => ({
      name: nameOf(expectation),
      step,
      place: run.file.document.placeOf([...at, index]),
      because: expectation.because,
      outcome: await checkExpectation(run, expectation, locate),
    })),
  );
}
