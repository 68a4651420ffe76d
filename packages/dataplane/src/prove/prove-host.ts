import {
  type Cluster,
  type ClusterPod,
  FAMILIES,
  type Family,
  formatAddress,
  type IpAddress,
} from '@ringfence/core';
import { podText } from '../compile/pod-text.ts';
import { familySet, POD_INTERFACES } from '../ruleset/names.ts';
import { keyText } from '../ruleset/order.ts';
import type { Element, KeyPart } from '../ruleset/ruleset.ts';
import type { ElementWords } from './element-words.ts';
import type { Findings } from './findings.ts';

/** A set that must hold certain keys and no others. */
export interface ExactSet {
  readonly set: string;
  readonly expected: readonly { readonly key: readonly KeyPart[]; readonly means: string }[];
  /** What follows from a key that is too many. */
  readonly extra: string;
  /** Keys that change nothing, there or not. */
  readonly isHarmless?: (key: readonly KeyPart[]) => boolean;
}

/** Compares sets with what they must hold. */
export function proveSets(
  sets: readonly ExactSet[],
  elements: ReadonlyMap<string, readonly Element[]>,
  { findings, words }: { readonly findings: Findings; readonly words: ElementWords },
): void {
  for (const { set, expected, extra, isHarmless = () => false } of sets) {
    const left = new Map(
      (elements.get(set) ?? []).map((element) => [keyText(element.key), element]),
    );
    const tell = (is: 'missing' | 'extra', element: Element, means: string): void => {
      const text = words(set, element);
      const difference = { kind: 'element', set, is, element: text, means } as const;
      if (isHarmless(element.key)) findings.addHarmless(difference);
      else findings.add(difference);
    };
    for (const { key, means } of expected) {
      if (!left.delete(keyText(key))) tell('missing', plain(key), means);
    }
    for (const element of left.values()) tell('extra', element, extra);
  }
}

function plain(key: readonly KeyPart[]): Element {
  return { key, identity: undefined, comment: '' };
}

/** Who may send with which address, and which of those are ready. */
export function boundSets(
  pods: readonly ClusterPod[],
  throughOf: (pod: ClusterPod) => string | undefined,
  family: Family,
): { readonly bound: ExactSet; readonly ready: ExactSet } {
  const bound: { key: readonly KeyPart[]; means: string }[] = [];
  const ready: { key: readonly KeyPart[]; means: string }[] = [];
  for (const pod of pods) {
    const through = throughOf(pod);
    if (through === undefined) continue;
    for (const address of pod.addresses) {
      if (address.family !== family) continue;
      const name = podText(pod);
      bound.push({ key: [through, address.value], means: `${name} cannot send` });
      ready.push({
        key: [address.value],
        means: `nobody reaches ${name}, and its policies are not asked`,
      });
    }
  }
  return {
    bound: {
      set: familySet('bound', family),
      expected: bound,
      extra: 'whoever is behind it may send with an address that is not its own',
    },
    ready: {
      set: familySet('ready', family),
      expected: ready,
      extra: 'no pod that is programmed here has this address',
    },
  };
}

/** Interfaces that are pods', whoever is behind them; those that a pattern names anyway are told apart by rules. */
export function interfaceSet(names: readonly string[], patterns: readonly string[]): ExactSet {
  const prefixes = patterns.filter((each) => each.endsWith('*')).map((each) => each.slice(0, -1));
  return {
    set: POD_INTERFACES,
    expected: [...new Set(names)].map((name) => ({
      key: [name],
      means: `a pod that is not known could send through ${name}`,
    })),
    extra: 'it is no interface of a pod, and is cut off',
    isHarmless: ([name]) =>
      typeof name === 'string' && prefixes.some((prefix) => name.startsWith(prefix)),
  };
}

/** Addresses that nodes have, and no pod. */
export function nodeAddresses(cluster: Cluster): readonly IpAddress[] {
  const found = new Map<number | bigint, IpAddress>();
  const add = (addresses: readonly IpAddress[]): void => {
    for (const address of addresses) {
      if (cluster.nodeNamesAt(address).length > 0 && cluster.podAt(address) === undefined) {
        found.set(address.value, address);
      }
    }
  };
  for (const { addresses } of cluster.nodes()) add(addresses);
  for (const { object, addresses } of cluster.pods()) if (object.hostNetwork) add(addresses);
  return [...found.values()];
}

/** What a node knows of nodes: to whom there are no tunnels, and where policy exempts it. */
export function nodeSets(
  cluster: Cluster,
  node: string,
  addresses: readonly IpAddress[],
): readonly ExactSet[] {
  const exempt = cluster.options.ownNodeEgress === 'allow';
  return FAMILIES.flatMap((family): readonly ExactSet[] => {
    const those = addresses.filter((address) => address.family === family);
    const own = those.filter((address) => exempt && cluster.nodeNamesAt(address).includes(node));
    return [
      {
        set: familySet('nodes', family),
        expected: those.map((address) => ({
          key: [address.value],
          means: `pods may speak tunnels to the node at ${formatAddress(address)}`,
        })),
        extra: 'no node has this address: tunnels to it are dropped',
      },
      {
        set: familySet('own_node', family),
        expected: own.map((address) => ({
          key: [address.value],
          means: `policies are asked about ${formatAddress(address)}, which is exempt`,
        })),
        extra: 'policies are not asked about it',
      },
    ];
  });
}
