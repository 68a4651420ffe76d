import { blockYaml, unreachable } from '@ringfence/core';
import type { Typed } from '../command-line/command.ts';
import { type Paint, paintFor } from '../command-line/paint.ts';
import { ask, nothingUp } from '../control/ask.ts';
import type { ProbeQuestion, TriedConnection } from '../control/protocol.ts';
import { EXIT } from '../failure.ts';
import { checkOwner, stateFolder, type StateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import { type ProbeFormat, probeFormat, probeQuestion } from './options.ts';
import { type ProbeReport, reportTable, reportWide, summary } from './report-text.ts';

/** Makes connections, and tells whether they are as the policies say. */
export async function runProbe(world: World, typed: Typed): Promise<number> {
  const question = probeQuestion(typed);
  const format = probeFormat(typed);
  const report = await probeCluster(stateFolder(world, typed), question);
  await write(world, { report, format, paint: paintFor(world, typed) });
  return exitCodeFor(report);
}

/** Whether all is as the policies say. */
export function exitCodeFor({ connections }: ProbeReport): number {
  if (mismatchesIn(connections) > 0) return EXIT.no;
  const broken = connections.some(({ measured }) => measured === 'error');
  return broken ? EXIT.worldFailed : EXIT.yes;
}

/** Asks the cluster that is up. @throws {Failure} where none is. */
export async function probeCluster(
  state: StateFolder,
  question: ProbeQuestion,
): Promise<ProbeReport> {
  const started = performance.now();
  checkOwner(state);
  const answers = await ask(state.socket, { kind: 'probe', question });
  if (answers === undefined) throw nothingUp(state.path);
  const connections: TriedConnection[] = [];
  let notInForce: readonly string[] = [];
  for await (const answer of answers) {
    if (answer.kind === 'planned') ({ notInForce } = answer);
    if (answer.kind === 'tried') connections[answer.index] = answer.connection;
  }
  return { connections, notInForce, seconds: (performance.now() - started) / 1000 };
}

interface Writing {
  readonly report: ProbeReport;
  readonly format: ProbeFormat;
  readonly paint: Paint;
}

async function write({ stdout }: World, { report, format, paint }: Writing): Promise<void> {
  const lines = (texts: Iterable<string>): Promise<void> =>
    stdout.write([...texts].map((line) => `${line}\n`).join(''));
  switch (format) {
    case 'table':
      return await lines(reportTable(report, paint));
    case 'wide':
      return await lines([...reportWide(report, paint), ...summary(report, paint)]);
    case 'json':
      return await stdout.write(`${JSON.stringify(reportJson(report), undefined, 2)}\n`);
    case 'yaml':
      return await stdout.write(`${blockYaml(reportJson(report))}\n`);
    default:
      return unreachable(format);
  }
}

/** As `docs/cli.md` documents it. */
function reportJson({ connections, notInForce }: ProbeReport): unknown {
  return {
    connections: connections.map(connectionJson),
    mismatches: mismatchesIn(connections),
    enforced: notInForce.length === 0,
    notInForce,
  };
}

function connectionJson(connection: TriedConnection): unknown {
  const { from, to, protocol, port, family, measured, predicted, outcome, micros } = connection;
  const message = connection.message === '' ? {} : { message: connection.message };
  return { from, to, protocol, port, family, measured, predicted, outcome, ...message, micros };
}

function mismatchesIn(connections: readonly TriedConnection[]): number {
  return connections.filter(
    ({ measured, predicted }) => measured !== 'error' && measured !== predicted,
  ).length;
}
