import {
  addTo,
  type Change,
  type Cidr,
  type Cluster,
  FAMILIES,
  type Family,
  type IpAddress,
  type Node,
  removeFrom,
} from '@ringfence/core';
import { familySet, POD_INTERFACES } from '../ruleset/names.ts';
import type { Element, KeyPart } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import type { ElementWriter } from './net.ts';
import type { CompileOptions } from './options.ts';

/** What this node's rules know of nodes: addresses, ranges of pods, interfaces of pods. */
export interface HostFacts {
  /** Notes what a change that was made may bear on. */
  follow(change: Change): void;
  /** A pod has this address now, or has it no more. */
  touch(address: IpAddress): void;
  /** Names of interfaces that are pods'. */
  setPodInterfaces(names: readonly string[]): void;
  /** Writes what is another one; tells the addresses of nodes of which that may be so. */
  update(into: ElementWriter): readonly IpAddress[];
  all(into: ElementWriter): void;
  /** Addresses that nodes have, those of pods among them. */
  nodeAddresses(): readonly IpAddress[];
  /** The nodes that have an address which is no pod's; those among them that are objects. */
  nodesAt(address: IpAddress): readonly Node[];
}

/** Makes facts of a node; what the cluster holds already is written with the first update. */
export function createHostFacts(
  cluster: Cluster,
  node: string,
  options: CompileOptions,
): HostFacts {
  /** By who says so: a node, or a pod on its network. */
  const sayings = new Map<string, readonly IpAddress[]>();
  /** By node, the pods on its network: what they say is asked about again when the node is another. */
  const speakers = new Map<string, Set<string>>();
  const nodeOf = new Map<string, string>();
  const touched = new Map<number | bigint, IpAddress>();
  const written = new Map<Saying, readonly (readonly [set: string, element: Element])[]>();
  let interfaces: readonly string[] = options.podInterfaces.filter((name) => !name.endsWith('*'));
  let isOwnNodeTouched = true;
  let areInterfacesTouched = true;

  const say = (who: string, addresses: readonly IpAddress[]): void => {
    const before = sayings.get(who) ?? [];
    for (const address of [...before, ...addresses]) touched.set(address.value, address);
    if (addresses.length === 0) sayings.delete(who);
    else sayings.set(who, addresses);
  };
  const sayOfPod = (namespace: string, name: string): void => {
    const pod = cluster.pod(namespace, name);
    const isHost = pod !== undefined && pod.object.hostNetwork && !pod.underPolicy;
    const who = `pod ${namespace}/${name}`;
    const before = nodeOf.get(who);
    // Most pods never say anything of a node.
    if (!isHost && before === undefined) return;
    say(who, isHost ? pod.addresses : []);
    if (before !== undefined) removeFrom(speakers, before, who);
    nodeOf.delete(who);
    if (!isHost) return;
    nodeOf.set(who, pod.object.node);
    addTo(speakers, pod.object.node, who);
  };
  const sayOfNode = (name: string): void => {
    say(`node ${name}`, cluster.node(name)?.addresses ?? []);
    for (const who of speakers.get(name) ?? []) say(who, sayings.get(who) ?? []);
    if (name === node) isOwnNodeTouched = true;
  };
  for (const { name } of cluster.nodes()) sayOfNode(name);
  for (const { object } of cluster.pods()) {
    if (object.hostNetwork) sayOfPod(object.namespace, object.name);
  }

  const rewrite = (
    what: Saying,
    now: readonly (readonly [set: string, element: Element])[],
    into: ElementWriter,
  ): void => {
    for (const [set, element] of written.get(what) ?? []) into.erase(set, element);
    for (const [set, element] of now) into.write(set, element);
    if (now.length === 0) written.delete(what);
    else written.set(what, now);
  };

  const ofAddress = (address: IpAddress) => {
    const names = cluster.podAt(address) === undefined ? cluster.nodeNamesAt(address) : [];
    if (names.length === 0) return [];
    const { family, value } = address;
    const comment = options.comments === 'none' ? '' : commentOf(names.join(', '));
    const isExempt = cluster.options.ownNodeEgress === 'allow' && names.includes(node);
    return [
      [familySet('nodes', family), plain([value], comment)] as const,
      ...(isExempt ? [[familySet('own_node', family), plain([value], '')] as const] : []),
    ];
  };

  return {
    follow(change) {
      if (change.kind === 'entomb') return;
      const ref = change.kind === 'upsert' ? change.object : change.ref;
      if (ref.kind === 'Node') sayOfNode(ref.name);
      if (ref.kind === 'Pod') sayOfPod(ref.namespace, ref.name);
    },
    touch(address) {
      // Where no node has it, nothing is said of it, whoever has it now.
      if (written.has(address.value) || cluster.nodeNamesAt(address).length > 0) {
        touched.set(address.value, address);
      }
    },
    setPodInterfaces(names) {
      interfaces = names;
      areInterfacesTouched = true;
    },
    update(into) {
      if (areInterfacesTouched) {
        const now = [...new Set(interfaces)].map(
          (name) => [POD_INTERFACES, plain([name], '')] as const,
        );
        rewrite('interfaces', now, into);
      }
      if (isOwnNodeTouched) {
        const ranges = cluster.node(node)?.podRanges ?? [];
        rewrite('ranges', podRanges(ranges), into);
      }
      areInterfacesTouched = false;
      isOwnNodeTouched = false;
      const addresses = [...touched.values()];
      for (const address of addresses) rewrite(address.value, ofAddress(address), into);
      touched.clear();
      return addresses;
    },
    nodeAddresses: () => [...sayings.values()].flat(),
    nodesAt: (address) =>
      cluster.podAt(address) === undefined
        ? cluster.nodeNamesAt(address).flatMap((name) => cluster.node(name) ?? [])
        : [],
    all(into) {
      for (const those of written.values()) {
        for (const [set, element] of those) into.write(set, element);
      }
    },
  };
}

/** What elements are about; the value of an address, which is of another type in each family. */
type Saying = 'interfaces' | 'ranges' | number | bigint;

function plain(key: readonly KeyPart[], comment: string): Element {
  return { key, identity: undefined, comment };
}

/** Of ranges that lie inside each other only the outer ones: the kernel takes no overlaps. */
function podRanges(ranges: readonly Cidr[]): readonly (readonly [set: string, element: Element])[] {
  const inFamily = (family: Family) =>
    outermost(ranges.filter((cidr) => cidr.family === family)).map(
      (cidr) => [familySet('pod_ranges', family), plain([rangeOf(cidr)], '')] as const,
    );
  return FAMILIES.flatMap(inFamily);
}

function rangeOf(cidr: Cidr): KeyPart {
  return cidr.family === 'IPv4'
    ? { first: cidr.first, last: cidr.last }
    : { first: cidr.first, last: cidr.last };
}

function outermost(ranges: readonly Cidr[]): readonly Cidr[] {
  return ranges.filter(
    (cidr, place) =>
      !ranges.some(
        (other, index) =>
          index !== place && covers(other, cidr) && (index < place || !covers(cidr, other)),
      ),
  );
}

function covers(outer: Cidr, inner: Cidr): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}
