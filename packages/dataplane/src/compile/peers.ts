import {
  type Atom,
  atomFacts,
  type AddressRange,
  type Cluster,
  type ClusterPod,
  FAMILIES,
  type Family,
  type PeerFacts,
  podFacts,
  type PodClass,
  type PortNames,
} from '@ringfence/core';
import type { Element } from '../ruleset/ruleset.ts';
import { commentOf } from './comment.ts';
import type { NodeAddress } from './node-addresses.ts';
import type { CompileOptions } from './options.ts';
import { podText } from './pod-text.ts';
import type { Said, Voice } from './voices.ts';

/** One kind of peer in one family. */
export interface Peer {
  readonly kind: 'pod' | 'outside';
  readonly facts: PeerFacts;
  readonly names: PortNames | undefined;
  /** What voices say of it that do not say what they say of any pod, or of any address outside. */
  readonly special: Map<Voice, Said>;
}

/** A class of pods, as a peer in each family in which any of its pods has an address. */
export interface PodsPeer {
  readonly class: PodClass;
  readonly peers: Readonly<Record<Family, Peer | undefined>>;
}

/** Addresses that no pod has. */
export interface OutsidePeer extends Peer {
  /** Ascending; apart. */
  readonly ranges: readonly AddressRange[];
}

/** All peers of a node's pods. */
export interface Peers {
  readonly pods: readonly PodsPeer[];
  /** Those of blocks, then the addresses of nodes, which are cut out of them. */
  readonly outside: Readonly<Record<Family, readonly OutsidePeer[]>>;
}

/** Finds all peers, and asks every voice about those that it may tell from others. */
export function peersOf(
  cluster: Cluster,
  voices: readonly Voice[],
  atoms: Readonly<Record<Family, readonly Atom[]>>,
  nodes: Readonly<Record<Family, readonly NodeAddress[]>>,
): Peers {
  const pods = podsPeersOf(cluster);
  const outsideIn = (family: Family): readonly OutsidePeer[] => [
    ...atoms[family].map((atom) => outsidePeer(atomFacts(atom), atom.ranges)),
    // Only rules that speak of nodes tell them from their surroundings.
    ...(voices.some(({ byNodes }) => byNodes)
      ? nodes[family].flatMap((node) => nodePeer(cluster, node, atoms[family]) ?? [])
      : []),
  ];
  const outside = { IPv4: outsideIn('IPv4'), IPv6: outsideIn('IPv6') };
  for (const family of FAMILIES) {
    const inFamily = [...pods.flatMap(({ peers }) => peers[family] ?? []), ...outside[family]];
    askAll(voices, inFamily, family);
  }
  return { pods, outside };
}

function podsPeersOf(cluster: Cluster): readonly PodsPeer[] {
  const peers: PodsPeer[] = [];
  for (const each of cluster.classes()) {
    if (each.standIn) continue;
    const [IPv4, IPv6] = FAMILIES.map((family) => podPeer(each, family));
    if (IPv4 !== undefined || IPv6 !== undefined)
      peers.push({ class: each, peers: { IPv4, IPv6 } });
  }
  return peers;
}

function podPeer({ pods, portNames }: PodClass, family: Family): Peer | undefined {
  let one: ClusterPod | undefined;
  for (const pod of pods) {
    if (pod[family] === undefined) continue;
    one = pod;
    break;
  }
  const facts = one && podFacts(one, family);
  return facts && { kind: 'pod', facts, names: portNames, special: new Map() };
}

function outsidePeer(facts: PeerFacts, ranges: readonly AddressRange[]): OutsidePeer {
  return { kind: 'outside', facts, names: undefined, special: new Map(), ranges };
}

/** A node that is known by its pods only has no labels: to all rules it is like what is around it. */
function nodePeer(
  cluster: Cluster,
  { address, nodes: names }: NodeAddress,
  atoms: readonly Atom[],
): OutsidePeer | undefined {
  const atom = atoms.find(({ ranges }) =>
    ranges.some(({ first, last }) => first <= address.value && address.value <= last),
  );
  const nodes = names.flatMap((name) => cluster.node(name) ?? []);
  if (nodes.length === 0) return undefined;
  const range: AddressRange =
    address.family === 'IPv4'
      ? { family: 'IPv4', first: address.value, last: address.value }
      : { family: 'IPv6', first: address.value, last: address.value };
  return outsidePeer({ sets: atom?.sets ?? [], address, nodes }, [range]);
}

function askAll(voices: readonly Voice[], peers: readonly Peer[], family: Family): void {
  const toldBy = createToldBy(peers);
  for (const voice of voices) {
    const any = { pod: voice.anyPod[family], outside: voice.anyOutside[family] };
    const ask = (peer: Peer): void => {
      const said = voice.says(peer.facts, peer.names);
      if (said.ports !== any[peer.kind].ports) peer.special.set(voice, said);
    };
    for (const peer of toldBy(voice)) ask(peer);
    // What is said of most addresses need not be what is said of those that no block has.
    if (isPlain(voice, any.outside, peers)) continue;
    for (const peer of peers) if (peer.kind === 'outside') ask(peer);
  }
}

/** Finds the peers that a voice may tell from others. */
function createToldBy(peers: readonly Peer[]): (voice: Voice) => ReadonlySet<Peer> {
  const bySet = new Map<number, Peer[]>();
  for (const peer of peers) {
    for (const id of peer.facts.sets) {
      const members = bySet.get(id);
      if (members === undefined) bySet.set(id, [peer]);
      else members.push(peer);
    }
  }
  const named = peers.filter(({ names }) => names !== undefined && names.at.size > 0);
  const onNodes = peers.filter(({ facts }) => facts.nodes.length > 0);
  return ({ sets, byNames, byNodes }) => {
    const told = new Set<Peer>([...(byNames ? named : []), ...(byNodes ? onNodes : [])]);
    for (const id of sets) for (const peer of bySet.get(id) ?? []) told.add(peer);
    return told;
  };
}

function isPlain(voice: Voice, outside: Said, peers: readonly Peer[]): boolean {
  const plain = peers.find(
    ({ kind, facts }) =>
      kind === 'outside' &&
      facts.nodes.length === 0 &&
      facts.sets.every((id) => !voice.sets.has(id)),
  );
  return plain === undefined || voice.says(plain.facts, undefined).ports === outside.ports;
}

/** What the address of each pod of the cluster is to this node. */
export function identityElements(
  family: Family,
  peers: Peers,
  identities: { readonly numberOf: (peer: PodsPeer) => number },
  { comments }: CompileOptions,
): readonly Element[] {
  const elements: Element[] = [];
  for (const peer of peers.pods) {
    const identity = identities.numberOf(peer);
    for (const pod of peer.class.pods) {
      const comment = comments ? commentOf(podText(pod)) : '';
      for (const address of pod.addresses) {
        if (address.family === family) elements.push({ key: [address.value], identity, comment });
      }
    }
  }
  return elements;
}
