import { type Typed, valueOf, valuesOf } from '../command-line/command.ts';
import { paintFor } from '../command-line/paint.ts';
import { agentSettings } from '../agent/settings.ts';
import { ask, nothingUp } from '../control/ask.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import { loadCluster } from '../input/load-cluster.ts';
import { nodeOf } from '../input/node-of.ts';
import { checkOwner, stateFolder } from '../supervise/state-folder.ts';
import type { World } from '../world.ts';
import type { NodeReport } from './node-report.ts';
import { reportText } from './report-text.ts';
import { verifyNode } from './verify-node.ts';

/** Proves that kernels hold what policies mean, or tells what is different. */
export async function runVerify(world: World, typed: Typed): Promise<number> {
  const most = mostOf(typed);
  const reports =
    valuesOf(typed, 'filename').length > 0
      ? [await verifyHere(world, typed, most)]
      : await verifyLab(world, typed, most);
  const isJson = valueOf(typed, 'output') === 'json';
  await world.stdout.write(
    isJson
      ? `${JSON.stringify({ nodes: reports }, undefined, 2)}\n`
      : reportText(reports, paintFor(world, typed)),
  );
  return reports.every(({ holds }) => holds) ? EXIT.yes : EXIT.no;
}

const DEFAULT_MOST = 20;

function mostOf(typed: Typed): number {
  const text = valueOf(typed, 'most');
  if (text === undefined) return DEFAULT_MOST;
  if (/^\d{1,6}$/u.test(text)) return Number(text);
  throw badInput(`--most: must be a number, got \`${text}\``);
}

/** Verifies the network namespace that this program is in. */
async function verifyHere(world: World, typed: Typed, most: number): Promise<NodeReport> {
  const settings = agentSettings(typed);
  const { cluster } = await loadCluster(world, typed, { ownNodeEgress: settings.ownNodeEgress });
  nodeOf(cluster, settings.node);
  try {
    return await verifyNode({ cluster, settings, enter: (make) => make(), most });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const needs = error.code === 'EPERM' ? ' (it needs CAP_NET_ADMIN: run it as root)' : '';
    const message = `the kernel cannot be read: ${error.message}${needs}`;
    throw new Failure(EXIT.badInput, message, { cause: error });
  }
}

/** Has the lab verify its nodes: it is in their networks. */
async function verifyLab(world: World, typed: Typed, most: number): Promise<readonly NodeReport[]> {
  const state = stateFolder(world, typed);
  checkOwner(state);
  const node = valueOf(typed, 'node') ?? null;
  const answers = await ask(state.socket, { kind: 'verify', node, most });
  if (answers === undefined) throw nothingUp(state.path);
  const reports: NodeReport[] = [];
  for await (const answer of answers) if (answer.kind === 'verified') reports.push(answer.report);
  return reports;
}
