import { DEFAULT_COMPILE_OPTIONS } from '@ringfence/dataplane';
import path from 'node:path';
import { type ManifestRound, manifestSource, renderIssue } from '@ringfence/kube';
import { isSet, type Typed, valuesOf } from '../command-line/command.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import { namespaceOf } from '../input/load-cluster.ts';
import type { World } from '../world.ts';
import { uninstall } from '@ringfence/agent';
import { serveAgent } from './http.ts';
import { createLog, type Log } from './log.ts';
import { keepRunning } from './keep-running.ts';
import { agentSettings, listenOf, tableOf } from './settings.ts';

/** Enforces the policies of manifests until somebody interrupts; or takes the rules away. */
export async function runAgent(world: World, typed: Typed): Promise<number> {
  if (typed.operands[0] === 'uninstall') return await runUninstall(world, tableOf(typed));
  const settings = agentSettings(typed);
  const listen = listenOf(typed);
  const paths = valuesOf(typed, 'filename').map((each) =>
    each === '-' ? each : path.resolve(world.cwd, each),
  );
  if (paths.length === 0) throw badInput('-f is needed: ringfence agent -f DIR --node NAME');
  const log = createLog(world);
  const source = manifestSource(paths, {
    namespace: namespaceOf(typed),
    strict: isSet(typed, 'strict'),
    stdin: world.stdin,
    onRound: (round) => logWarnings(log, round),
  });
  const running = keepRunning({ settings, source, log, signal: world.interruption() });
  // Who cannot be asked is not started: nothing is in the kernel by then.
  const server = listen && (await serveAgent(listen, running.agent));
  try {
    await running.run();
  } finally {
    server?.close();
  }
  return EXIT.yes;
}

async function runUninstall({ stdout }: World, table: string): Promise<number> {
  try {
    const were = uninstall(table, DEFAULT_COMPILE_OPTIONS.markMask);
    await stdout.write(were ? `table ${table} is removed\n` : `there is no table ${table}\n`);
    return EXIT.yes;
  } catch (error) {
    throw refusedByKernel(error);
  }
}

/** What the system refuses is told as a sentence; what is wrong with us is not. */
function refusedByKernel(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const message = `the table cannot be removed: ${error.message}`;
  return new Failure(EXIT.worldFailed, message, { cause: error });
}

function logWarnings(log: Log, { warnings, watching }: ManifestRound): void {
  for (const issue of warnings) log('warn', renderIssue(issue));
  if (watching.kind !== 'events') log('warn', watching.reason);
}
