import type { Cluster } from '@ringfence/core';
import { nearestNames } from '../nearest.ts';
import type { NamedEnd } from './end-text.ts';
import { type EndKind, typedKinds } from './kind.ts';
import { spell } from './spelling.ts';

/** Says that nothing has this name, and what has a similar one: nearby first, then elsewhere. */
export function absentMessage(
  cluster: Cluster,
  text: string,
  readings: readonly NamedEnd[],
): string {
  const [first] = readings;
  if (first === undefined) throw new Error(`no reading of ${text}`);
  // A kind's name that is no namespace's is not worth a second sentence.
  const likely = readings.filter(
    (reading) => reading === first || cluster.namespaceNames().includes(reading.namespace),
  );
  const said = [
    ...likely.map((reading) => notThere(cluster, reading)),
    ...misspeltKind(cluster, text, readings),
  ].join(', and ');
  const suggestions = new Set(readings.flatMap((reading) => similar(cluster, reading)));
  if (suggestions.size === 0) return said;
  const list = [...suggestions].slice(0, 3).map((end) => `\`${end}\``);
  return `${said}; did you mean ${list.join(', ')}?`;
}

/** `ep/web` was not meant as a pod in a namespace `ep`. */
function misspeltKind(
  cluster: Cluster,
  text: string,
  [first, second]: readonly NamedEnd[],
): readonly string[] {
  if (first === undefined || second !== undefined) return [];
  const { namespace, name } = first;
  const isPodInNamespace = text === `${namespace}/${name}`;
  if (!isPodInNamespace || cluster.namespaceNames().includes(namespace)) return [];
  return [`\`${namespace}\` is no kind of end (${typedKinds().join(', ')})`];
}

function notThere(cluster: Cluster, { kind, namespace, name }: NamedEnd): string {
  if (kind === 'Node') return `there is no Node \`${name}\``;
  if (!cluster.namespaceNames().includes(namespace)) {
    const near = nearestNames(namespace, cluster.namespaceNames(), 1)[0];
    const hint = near === undefined ? '' : ` (the nearest is \`${near}\`)`;
    return `there is no ${kind} \`${name}\`: nothing is in a namespace \`${namespace}\`${hint}`;
  }
  return `there is no ${kind} \`${name}\` in namespace \`${namespace}\``;
}

function similar(cluster: Cluster, end: NamedEnd): readonly string[] {
  const candidates = [...candidateEnds(cluster)];
  const sameName = candidates.filter(({ name }) => name === end.name);
  const here = candidates.filter(
    ({ kind, namespace }) => kind === end.kind && namespace === end.namespace,
  );
  const near = nearestNames(
    end.name,
    here.map(({ name }) => name),
  );
  const nearHere = near.map((name) => ({ ...end, name }));
  const inNamespace = sameName.filter(({ namespace }) => namespace === end.namespace);
  const elsewhere = sameName.filter(({ kind }) => kind === end.kind);
  return [...inNamespace, ...nearHere, ...elsewhere].map(shortest);
}

function* candidateEnds(cluster: Cluster): Iterable<NamedEnd> {
  for (const { object, standIn } of cluster.pods()) {
    if (!standIn) yield named('Pod', object);
  }
  for (const workload of cluster.workloads()) yield named(workload.kind, workload);
  for (const service of cluster.services()) yield named('Service', service);
  for (const node of cluster.nodes()) yield { kind: 'Node', namespace: '', name: node.name };
}

function named(
  kind: EndKind,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): NamedEnd {
  return { kind, namespace, name };
}

function shortest(end: NamedEnd): string {
  return end.kind === 'Pod' ? `${end.namespace}/${end.name}` : spell(end);
}
