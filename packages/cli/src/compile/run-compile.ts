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
import { didYouMean } from '../nearest.ts';
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

/** A node is known by its object or by its pods; it need not be named where there is only one. */
function nodeOf(cluster: Cluster, name: string | undefined): string {
  const names = new Set([...cluster.nodes()].map((node) => node.name));
  for (const { object, standIn } of cluster.pods()) {
    if (!standIn && object.node !== '') names.add(object.node);
  }
  const [only, ...more] = names;
  if (name === undefined) {
    if (only === undefined) throw badInput('there is no node: no Node, and no pod that names one');
    if (more.length === 0) return only;
    throw badInput(`--node is needed: there are ${[...names].sort().join(', ')}`);
  }
  if (names.has(name)) return name;
  throw badInput(`--node: there is no node \`${name}\`${didYouMean(name, names)}`);
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
