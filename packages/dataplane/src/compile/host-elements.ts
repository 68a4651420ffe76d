import { type Cidr, type Cluster, type ClusterPod, FAMILIES, type Family } from '@ringfence/core';
import { type FamilySet, familySet, POD_INTERFACES } from '../ruleset/names.ts';
import type { Element, KeyPart } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import type { NodeAddress } from './node-addresses.ts';
import type { CompileOptions } from './options.ts';
import { podText } from './pod-text.ts';

/** The elements that say what this node is and which pods it has, by name of the set. */
export function hostElements(of: {
  readonly cluster: Cluster;
  readonly node: string;
  readonly pods: readonly ClusterPod[];
  readonly nodes: Readonly<Record<Family, readonly NodeAddress[]>>;
  readonly options: CompileOptions;
}): ReadonlyMap<string, readonly Element[]> {
  const { cluster, node, pods, nodes, options } = of;
  const elements = new Map<string, readonly Element[]>();
  const comment = (text: string): string => (options.comments ? commentOf(text) : '');
  const ready = pods.flatMap((pod) => {
    const through = options.interfaceOf(pod);
    return through === undefined ? [] : [{ pod, through }];
  });
  const exact = options.podInterfaces.filter((name) => !name.endsWith('*'));
  elements.set(
    POD_INTERFACES,
    [...new Set(exact)].map((name) => plain([name], '')),
  );
  for (const family of FAMILIES) {
    const fill = (set: FamilySet, filling: readonly Element[]): void => {
      elements.set(familySet(set, family), filling);
    };
    const addressed = ready.flatMap(({ pod, through }) =>
      pod.addresses
        .filter((address) => address.family === family)
        .map(({ value }) => ({ value, through, text: comment(podText(pod)) })),
    );
    fill(
      'bound',
      addressed.map(({ value, through, text }) => plain([through, value], text)),
    );
    fill(
      'ready',
      addressed.map(({ value, text }) => plain([value], text)),
    );
    fill('pod_ranges', podRanges(cluster, node, family));
    fill(
      'nodes',
      nodes[family].map(({ address, nodes: names }) =>
        plain([address.value], comment(names.join(', '))),
      ),
    );
    fill(
      'own_node',
      cluster.options.ownNodeEgress === 'allow'
        ? nodes[family]
            .filter(({ nodes: names }) => names.includes(node))
            .map(({ address }) => plain([address.value], ''))
        : [],
    );
  }
  return elements;
}

function plain(key: readonly KeyPart[], comment: string): Element {
  return { key, identity: undefined, comment };
}

/** Of ranges that lie inside each other only the outer ones: the kernel takes no overlaps. */
function podRanges(cluster: Cluster, node: string, family: Family): readonly Element[] {
  const ranges = (cluster.node(node)?.podRanges ?? []).filter((cidr) => cidr.family === family);
  return ranges
    .filter(
      (cidr, place) =>
        !ranges.some(
          (other, index) =>
            index !== place && covers(other, cidr) && (index < place || !covers(cidr, other)),
        ),
    )
    .map((cidr) =>
      plain(
        [
          cidr.family === 'IPv4'
            ? { first: cidr.first, last: cidr.last }
            : { first: cidr.first, last: cidr.last },
        ],
        '',
      ),
    );
}

function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}
