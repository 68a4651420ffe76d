import { type Cluster, clusterOf } from '@ringfence/core';
import { readManifests, readSources, SourceError } from '@ringfence/kube';
import { labelOfPod, spell } from '../ends/spelling.ts';
import type { NameSource } from './complete.ts';

/** Takes names from the manifests that `-f` names among the words; what cannot be read has none. */
export const MANIFEST_NAMES: NameSource = {
  async ends(typed) {
    const cluster = await clusterFrom(typed);
    const namespace = valueAfter(typed, ['-n', '--namespace']).at(-1);
    return cluster === undefined ? [] : endNames(cluster, namespace);
  },
  async namespaces(typed) {
    return (await clusterFrom(typed))?.namespaceNames() ?? [];
  },
};

async function clusterFrom(typed: readonly string[]): Promise<Cluster | undefined> {
  const paths = valueAfter(typed, ['-f', '--filename']).filter((path) => path !== '-');
  if (paths.length === 0) return undefined;
  try {
    const sources = await readSources(paths, { stdin: NOTHING });
    return clusterOf(readManifests(sources, { namespace: 'default', strict: false }).objects);
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

const NOTHING: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {},
};

/** The values of a flag, as `-f x`, `-fx` or `--filename=x`. */
function valueAfter(typed: readonly string[], flags: readonly string[]): readonly string[] {
  return typed.flatMap((word, index) => {
    const previous = typed[index - 1];
    if (previous !== undefined && flags.includes(previous)) return [word];
    const flag = flags.find((each) => word !== each && word.startsWith(each));
    return flag === undefined ? [] : [word.slice(flag.length).replace(/^=/, '')];
  });
}

/** All ends; in the namespace of `-n` by their short names too. */
function endNames(cluster: Cluster, namespace: string | undefined): readonly string[] {
  const names = new Set<string>();
  for (const pod of cluster.pods()) {
    names.add(labelOfPod(pod));
    if (pod.object.namespace === namespace && !pod.standIn) names.add(pod.object.name);
  }
  for (const object of [...cluster.workloads(), ...cluster.services()]) {
    const end = spell(object);
    names.add(end);
    if (object.namespace === namespace) names.add(end.slice(end.indexOf('/') + 1));
  }
  for (const { name } of cluster.nodes()) names.add(`node/${name}`);
  return [...names].sort();
}
