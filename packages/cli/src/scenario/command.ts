import { readManifests, readSources, renderIssue, SourceError } from '@ringfence/kube';
import { type Command, isSet, type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { COLOR_FLAG, flag, MANIFEST_FLAGS, outputFlag } from '../command-line/flags.ts';
import { type Paint, paintFor } from '../command-line/paint.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import { exitCodeOf, namespaceOf } from '../input/load-cluster.ts';
import { becomeRoot, privilege } from '../supervise/privilege.ts';
import { chosen, TOPOLOGIES } from '../up/options.ts';
import type { World } from '../world.ts';
import { type Engine, EVALUATOR } from './engine.ts';
import { findFiles, type FoundFiles } from './find-files.ts';
import { readExpectations } from './read-file.ts';
import { merged, type ReadObjects } from './read-objects.ts';
import { reportJson } from './report/json.ts';
import { reportJunit } from './report/junit.ts';
import { reportTap } from './report/tap.ts';
import { reportText } from './report/text.ts';
import { type FileResult, tallyOf } from './result.ts';
import { runNetAssert } from './run-netassert.ts';
import { type RunOptions, runScenario } from './run-scenario.ts';
import { scenarioSchemaText } from './schema.ts';
import type { Source } from '@ringfence/kube';

/** `ringfence test`: do these expectations hold? */
export const TEST_COMMAND: Command = {
  name: 'test',
  summary: 'do these expectations hold',
  description: `Makes the checks of scenario files (see docs/scenarios.md) and of NetAssert v2
files, without sending a packet. Below a folder, files that hold something else
are passed over. -f names manifests that are there before those of each file.

With --live every file gets a network of its own on this machine, enforced as ringfence up does it,
and its connections are made.

Exit code 0: all hold. 1: some do not. 2: a file cannot be used as it is.`,
  operands: [
    {
      name: 'FILE|DIR',
      about: 'files of expectations, folders of them, or - (standard input)',
      presence: 'any number',
      values: [],
    },
  ],
  flags: [
    ...MANIFEST_FLAGS,
    outputFlag(['text', 'tap', 'junit', 'json']),
    flag({ long: '--live', about: 'make real connections, in a network made for each file' }),
    flag({
      long: '--topology',
      value: 'NAME',
      about: 'with --live, how pods are connected: routed or bridge (default routed)',
      values: TOPOLOGIES,
      completes: 'values',
    }),
    flag({ long: '--schema', about: 'print the JSON Schema of scenario files, for editors' }),
    COLOR_FLAG,
  ],
  examples: [
    {
      about: 'what the shop counts on',
      line: 'ringfence test examples/shop.expectations.yaml',
    },
    {
      about: 'NetAssert tests against the manifests of a folder',
      line: 'ringfence test netassert.yaml -f manifests/',
    },
  ],
  hidden: false,
  run: runTestCommand,
};

/** Makes the checks, reports them, and tells the exit code. */
export async function runTestCommand(world: World, typed: Typed): Promise<number> {
  if (isSet(typed, 'schema')) {
    await world.stdout.write(scenarioSchemaText());
    return EXIT.yes;
  }
  if (typed.operands.length === 0)
    throw badInput('name a file of expectations, or a folder of them');
  if (isSet(typed, 'live') && privilege().rootless) return becomeRoot(world);
  const base = await readBase(world, typed);
  const found = await orFailure(findFiles(typed.operands, world.stdin));
  if (found.sources.length === 0) throw badInput(`no expectations in ${typed.operands.join(', ')}`);
  const results: FileResult[] = [];
  const engine = await engineFor(world, typed);
  for (const source of found.sources) results.push(await runFile(source, { engine, base }));
  await world.stdout.write(
    report(results, valueOf(typed, 'output') ?? 'text', paintFor(world, typed)),
  );
  await tellAside(world, found);
  return exitCode(results);
}

async function engineFor({ self }: World, typed: Typed): Promise<Engine> {
  if (!isSet(typed, 'live')) return EVALUATOR;
  const { liveEngine } = await import('./live-engine.ts');
  return liveEngine({ topology: chosen(TOPOLOGIES, valueOf(typed, 'topology')), self });
}

/** Reads one file of expectations and makes its checks. */
export async function runFile(source: Source, options: RunOptions): Promise<FileResult> {
  const read = readExpectations(source);
  if (read.kind === 'failed') {
    return { file: source.name, title: source.name, issues: read.error, checks: [] };
  }
  return read.value.kind === 'scenario'
    ? runScenario(read.value, options)
    : runNetAssert(read.value, options);
}

async function readBase(world: World, typed: Typed): Promise<ReadObjects> {
  const paths = valuesOf(typed, 'filename');
  if (paths.length === 0) return merged([]);
  const sources = await orFailure(readSources(paths, { stdin: world.stdin }));
  const loaded = readManifests(sources, {
    namespace: namespaceOf(typed),
    strict: isSet(typed, 'strict'),
  });
  const issues = [...loaded.warnings, ...loaded.errors];
  await world.stderr.write(issues.map((issue) => `${renderIssue(issue)}\n`).join(''));
  if (loaded.errors.length > 0)
    throw badInput('nothing is tested: errors in the manifests, see above');
  return { ...loaded, locate: (ref, path) => loaded.locate(ref, path) };
}

async function orFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new Failure(exitCodeOf(error), error.message, { cause: error });
  }
}

function report(results: readonly FileResult[], format: string, paint: Paint): string {
  switch (format) {
    case 'tap':
      return reportTap(results);
    case 'junit':
      return reportJunit(results);
    case 'json':
      return reportJson(results);
    default:
      return reportText(results, paint);
  }
}

async function tellAside({ stderr }: World, { passedOver }: FoundFiles): Promise<void> {
  if (passedOver.length === 0) return;
  const files = passedOver.length === 1 ? 'one file' : `${passedOver.length} files`;
  await stderr.write(`passed over ${files} without expectations\n`);
}

function exitCode(results: readonly FileResult[]): number {
  const { failed, broken } = tallyOf(results);
  if (broken > 0) return EXIT.badInput;
  return failed > 0 ? EXIT.no : EXIT.yes;
}
