import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemReason } from '@ringfence/kube';
import { type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { placesIn } from '../eval/place.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import { loadCluster } from '../input/load-cluster.ts';
import type { World } from '../world.ts';
import { createAnswerer } from './answer-line.ts';
import { linesOf } from './lines.ts';
import { ownNodeEgressOf } from '../command-line/read-values.ts';

/** Flags that belong to a single question. */
const SINGLE = ['from', 'to', 'port', 'protocol', 'family', 'output', 'color'] as const;

/**
 * Answers one JSON question for each line, in order, as they come.
 *
 * @returns 0 whatever the verdicts are; 2 where some lines could not be asked: each is named on
 *   standard error, the others are answered.
 */
export async function runBatch(world: World, typed: Typed): Promise<number> {
  const path = valueOf(typed, 'batch') ?? '-';
  refuseMixtures(typed, path);
  if (path !== '-') await refuseMissing(path);
  const ownNodeEgress = ownNodeEgressOf(typed);
  const { cluster, loaded, namespace } = await loadCluster(world, typed, { ownNodeEgress });
  const answerer = createAnswerer({ cluster, namespace, places: placesIn(loaded) });
  const bytes = path === '-' ? world.stdin : chunksOf(path);
  const name = path === '-' ? '<stdin>' : path;
  let number = 0;
  let faults = 0;
  for await (const lines of linesOf(name, bytes)) {
    let answers = '';
    let complaints = '';
    for (const line of lines) {
      number += 1;
      if (line.trim() === '') continue;
      const answer = answerer.answer(line);
      if (answer.kind === 'ok') {
        answers += `${answer.value}\n`;
        continue;
      }
      faults += 1;
      complaints += `error: ${name}:${number}: ${answer.error}\n`;
    }
    await world.stdout.write(answers);
    await world.stderr.write(complaints);
  }
  return faults === 0 ? EXIT.yes : EXIT.badInput;
}

function refuseMixtures(typed: Typed, path: string): void {
  const single = SINGLE.find((flag) => typed.flags.has(flag));
  if (single !== undefined) {
    throw badInput(`--${single} and --batch exclude each other: a batch's lines say it themselves`);
  }
  if (path === '-' && valuesOf(typed, 'filename').includes('-')) {
    throw badInput('-f - and --batch - both want standard input: give one of them a file');
  }
}

async function refuseMissing(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) throw badInput(`--batch: \`${path}\` is a folder`);
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    const missing = 'code' in error && error.code === 'ENOENT';
    if (missing) throw badInput(`--batch: no such file: \`${path}\``);
    throw unreadable(path, error);
  }
}

/** A file, piece by piece: questions are answered before all are read. */
async function* chunksOf(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw error instanceof Error ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, cause: Error): Failure {
  const message = `--batch: cannot read \`${path}\`: ${systemReason(cause, path)}`;
  return new Failure(EXIT.worldFailed, message, { cause });
}
