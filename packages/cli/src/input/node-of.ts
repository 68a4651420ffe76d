import type { Cluster } from '@ringfence/core';
import { badInput } from '../failure.ts';
import { didYouMean } from '../nearest.ts';

/** A node is known by its object or by its pods; it need not be named where there is only one. */
export function nodeOf(cluster: Cluster, name: string | undefined): string {
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
