import type { Cluster, ClusterPod } from '@ringfence/core';
import {
  type ClosedPod,
  compile,
  type CompileOptions,
  DEFAULT_COMPILE_OPTIONS,
  render,
} from '@ringfence/dataplane';
import { type Typed, valueOf } from '../command-line/command.ts';
import { ownNodeEgressOf } from '../command-line/read-values.ts';
import { badInput, EXIT } from '../failure.ts';
import { loadCluster } from '../input/load-cluster.ts';
import { nodeOf } from '../input/node-of.ts';
import type { World } from '../world.ts';

/** Prints a node's ruleset. */
export async function runCompile(world: World, typed: Typed): Promise<number> {
  const ownNodeEgress = ownNodeEgressOf(typed);
  const maxRows = maxRowsOf(typed);
  const { cluster } = await loadCluster(world, typed, { ownNodeEgress });
  const node = nodeOf(cluster, valueOf(typed, 'node'));
  const ruleset = compile(cluster, node, { ...optionsFor(cluster, node), maxRows });
  await world.stderr.write(ruleset.closed.map((pod) => `${closedText(pod, maxRows)}\n`).join(''));
  await world.stdout.write(render(ruleset));
  return ruleset.closed.length === 0 ? EXIT.yes : EXIT.no;
}

function maxRowsOf(typed: Typed): number {
  const text = valueOf(typed, 'max-rows');
  if (text === undefined) return DEFAULT_COMPILE_OPTIONS.maxRows;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badInput(`--max-rows: must be a number, got \`${text}\``);
}

/** Names for interfaces that nobody knows yet. */
function optionsFor(cluster: Cluster, node: string): CompileOptions {
  const key = ({ object: { namespace, name } }: ClusterPod): string => `${namespace}/${name}`;
  const pods = [...cluster.pods()].filter(
    ({ object, underPolicy, standIn }) => underPolicy && !standIn && object.node === node,
  );
  pods.sort((left, right) => (key(left) < key(right) ? -1 : 1));
  const names = new Map(pods.map((pod, index) => [pod, `pod${index + 1}`]));
  return {
    ...DEFAULT_COMPILE_OPTIONS,
    interfaceOf: (pod) => names.get(pod),
    podInterfaces: ['pod*'],
  };
}

function closedText({ namespace, name, rows, policies }: ClosedPod, limit: number): string {
  const names = policies.map(({ kind, namespace: of, name: policy }) =>
    kind === 'NetworkPolicy' ? `${of}/${policy}` : `${kind} ${policy}`,
  );
  return `closed: ${namespace}/${name} needs ${rows} rows, too many with those of the others for the ${limit} of a node; its policies: ${names.join(', ')}`;
}
