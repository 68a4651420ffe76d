import { cidrHas, type Cluster, type IpAddress, selects } from '@ringfence/core';
import { resolveEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { badInput } from '../failure.ts';
import { didYouMean } from '../nearest.ts';
import type { MatrixEnd } from './matrix-end.ts';
import type { MatrixOptions } from './options.ts';
import type { Focus } from './view.ts';

/** Where the names that somebody typed are looked up. */
interface Lookup {
  readonly cluster: Cluster;
  /** The namespace of ends that name none. */
  readonly namespace: string;
  readonly ends: readonly MatrixEnd[];
}

/**
 * Finds the ends that somebody wants to see.
 *
 * @throws {Failure} where a name is nobody's, or an end is not in the matrix.
 */
export function focusOf(lookup: Lookup, options: MatrixOptions): Focus {
  return {
    from: named(lookup, '--from', options.from),
    to: named(lookup, '--to', options.to),
    either: selected(lookup, options),
  };
}

function named(
  lookup: Lookup,
  side: string,
  texts: readonly string[],
): ReadonlySet<MatrixEnd> | undefined {
  if (texts.length === 0) return undefined;
  const byPod = podIndex(lookup.ends);
  return new Set(
    texts.flatMap((text) => {
      const outside = outsideCalled(lookup.ends, text);
      if (outside.length > 0) return outside;
      const resolved = resolveEnd(lookup.cluster, text, lookup);
      if (resolved.kind === 'failed') throw badInput(`${side}: ${resolved.error}`);
      return resolved.value.map((end) => endFor(lookup, end, { side, byPod }));
    }),
  );
}

/** `outside` is all parts of it. A pod that has such a name is `NAMESPACE/outside`. */
function outsideCalled(ends: readonly MatrixEnd[], text: string): readonly MatrixEnd[] {
  return ends.filter(
    ({ end, id }) => end.kind === 'outside' && (text === 'outside' || text === id),
  );
}

interface Search {
  readonly side: string;
  readonly byPod: ReadonlyMap<string, MatrixEnd>;
}

function endFor(
  { cluster, ends }: Lookup,
  { endpoint, label }: ResolvedEnd,
  { side, byPod }: Search,
): MatrixEnd {
  if (endpoint.kind === 'node') {
    throw badInput(`${side}: \`${label}\` is a node, and those are not in the matrix: ask eval`);
  }
  const pod = endpoint.kind === 'address' ? cluster.podAt(endpoint.address)?.object : endpoint;
  if (pod !== undefined) {
    const found = byPod.get(`${pod.namespace}/${pod.name}`);
    if (found !== undefined) return found;
    const why = "it has finished, or it is on its node's network";
    throw badInput(`${side}: \`${label}\` is not in the matrix: ${why}`);
  }
  if (endpoint.kind === 'address') return partWith(ends, endpoint.address);
  throw new Error(`no end for ${label}`);
}

function partWith(ends: readonly MatrixEnd[], address: IpAddress): MatrixEnd {
  const found = ends.find(
    ({ end }) => end.kind === 'outside' && end.cidrs.some((cidr) => cidrHas(cidr, address)),
  );
  if (found === undefined) throw new Error('the outside is all addresses');
  return found;
}

function podIndex(ends: readonly MatrixEnd[]): ReadonlyMap<string, MatrixEnd> {
  return new Map(
    ends.flatMap((each) => {
      const pods = each.end.kind === 'pods' ? each.end.pods : [];
      return pods.map(({ object }) => [`${object.namespace}/${object.name}`, each] as const);
    }),
  );
}

/** Ends with a pod that is in the namespace and carries the labels. */
function selected(
  { cluster, ends }: Lookup,
  { namespace, selector }: MatrixOptions,
): ReadonlySet<MatrixEnd> | undefined {
  if (namespace === undefined && selector.length === 0) return undefined;
  if (namespace !== undefined && !cluster.namespaceNames().includes(namespace)) {
    const guess = didYouMean(namespace, cluster.namespaceNames());
    throw badInput(`-n: nothing is in a namespace \`${namespace}\`${guess}`);
  }
  return new Set(
    ends.filter(
      ({ end }) =>
        end.kind === 'pods' &&
        (namespace === undefined || end.namespace === namespace) &&
        end.pods.some(({ object }) => selects(selector, object.labels)),
    ),
  );
}
