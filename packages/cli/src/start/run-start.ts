import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Typed } from '../command-line/command.ts';
import { type Paint, paintFor } from '../command-line/paint.ts';
import { EXIT, Failure } from '../failure.ts';
import { type Input, loadCluster } from '../input/load-cluster.ts';
import type { ProbeQuestion } from '../control/protocol.ts';
import { exitCodeFor, probeCluster } from '../probe/run-probe.ts';
import { holderOf, releaseLock, takeLock } from '../supervise/lock.ts';
import { claim, stateFolder } from '../supervise/state-folder.ts';
import { keepUp, NotUp } from '../up/keep-up.ts';
import { labOptions } from '../up/options.ts';
import { showStatus } from '../up/run-up.ts';
import type { World } from '../world.ts';
import { measuredText } from './measured-text.ts';
import { type Paths, predictedText } from './predicted-text.ts';

/** The checkout that this file is part of. */
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Everybody to everybody. */
const QUESTION: ProbeQuestion = {
  from: [],
  to: [],
  namespace: 'default',
  only: null,
  ports: [],
  family: null,
  timeoutMs: 1_000,
};

/** Brings the shop up, enforced, and shows who reaches whom; without a network, who would. */
export async function runStart(world: World, typed: Typed): Promise<number> {
  const path = (inside: string): string => relative(world.cwd, `${ROOT}${inside}`) || '.';
  if (!existsSync(`${ROOT}examples/shop`)) {
    throw new Failure(EXIT.worldFailed, 'the shop is part of a checkout, and there is none here');
  }
  const paths: Paths = {
    ringfence: path('packages/cli/bin/ringfence'),
    shop: path('examples/shop'),
    expectations: path('examples/shop.expectations.yaml'),
  };
  const flags = new Map([...typed.flags, ['filename', [paths.shop]] as const]);
  const shop: Typed = { operands: [], flags };
  const input = await loadCluster(world, shop);
  const paint = paintFor(world, typed);
  try {
    return await startEnforced(world, shop, { input, paths, paint });
  } catch (error) {
    if (!(error instanceof NotUp)) throw error;
    await world.stderr.write(`${error.message}\n`);
    await writeLines(world, predictedText(input, paths, paint));
    return EXIT.yes;
  }
}

interface Shown {
  readonly input: Input;
  readonly paths: Paths;
  readonly paint: Paint;
}

async function startEnforced(
  world: World,
  typed: Typed,
  { input, paths, paint }: Shown,
): Promise<number> {
  const state = stateFolder(world, typed);
  if (holderOf(state.lock) !== undefined) return await showStatus(world, typed, state);
  const options = labOptions(world, typed, state.path);
  claim(state);
  if (takeLock(state.lock) !== undefined) return await showStatus(world, typed, state);
  const stays = world.isInteractive;
  const whenUp = async (): Promise<{ readonly stays: boolean; readonly exitCode: number }> => {
    const report = await probeCluster(state, QUESTION);
    const { naming } = options;
    await writeLines(world, measuredText({ input, report, paths, naming }, paint));
    if (stays) await world.stderr.write('Ctrl-C takes it down\n');
    return { stays, exitCode: exitCodeFor(report) };
  };
  try {
    return await keepUp(world, { state, options, whenUp });
  } finally {
    releaseLock(state.lock);
  }
}

async function writeLines({ stdout }: World, lines: readonly string[]): Promise<void> {
  await stdout.write(lines.map((line) => `${line}\n`).join(''));
}
