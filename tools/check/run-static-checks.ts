import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Counts, Outcome } from './report.ts';
import type { StaticCheck } from './static-checks.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/**
 * Runs checks, as many commands at a time as the machine has processors, and tells of each when
 * it is over.
 *
 * @returns one count per check, in the order of `checks`.
 */
export async function runStaticChecks(
  checks: readonly StaticCheck[],
  report: (outcome: Outcome) => void,
): Promise<readonly Counts[]> {
  const turn = turns(availableParallelism());
  const outcomes = checks.map(async (check) => {
    const runs = await Promise.all(
      check.commands.map(([program, ...args]) => turn(async () => run(program, args))),
    );
    const failures = runs.filter(({ failed }) => failed);
    const counts: Counts =
      failures.length === 0
        ? { passed: 1, failed: 0, skipped: 0 }
        : { passed: 0, failed: 1, skipped: 0 };
    report({
      name: check.name,
      counts,
      durationMs: runs.reduce((sum, { durationMs }) => sum + durationMs, 0),
      output: failures.map(({ output }) => output.trim()).join('\n'),
    });
    return counts;
  });
  return Promise.all(outcomes);
}

interface Run {
  readonly failed: boolean;
  readonly durationMs: number;
  readonly output: string;
}

async function run(program: string, args: readonly string[]): Promise<Run> {
  const started = performance.now();
  return new Promise((resolve) => {
    const options = { cwd: ROOT, maxBuffer: 1 << 26, env: environment() };
    const bin = path.join(ROOT, 'node_modules/.bin', program);
    execFile(bin, args, options, (error, stdout, stderr) => {
      const durationMs = performance.now() - started;
      const output = `${stdout}${stderr}`;
      if (error === null) resolve({ failed: false, durationMs, output });
      // A program that could not be started has printed nothing; then the error says why.
      else resolve({ failed: true, durationMs, output: output === '' ? error.message : output });
    });
  });
}

function environment(): NodeJS.ProcessEnv {
  return process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
}

/** Makes a function that starts work in order and never more than `width` at a time. */
function turns(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running === width) await new Promise<void>((resolve) => void waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
