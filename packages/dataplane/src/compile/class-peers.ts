import {
  type ClusterPod,
  type Family,
  type PeerFacts,
  podFacts,
  type PodClass,
} from '@ringfence/core';
import { type Member, NOT_THERE } from './member.ts';
import type { Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

/** A class of pods as a peer of this node's pods. */
export interface ClassPeer extends Member {
  readonly kind: 'pod';
  readonly class: PodClass;
  /** How many addresses its pods have in each family. */
  readonly addresses: Record<Family, number>;
}

/** The classes of all pods that have an address. */
export interface ClassPeers {
  find(of: PodClass): ClassPeer | undefined;
  /** Counts the addresses of a pod in or out of its class. */
  count(of: PodClass, families: readonly Family[], by: 1 | -1): ClassPeer;
  /** The classes that have addresses in other families than when this was last asked. */
  takeTouched(): Iterable<ClassPeer>;
  /** The classes that voices which look at names may tell from others. */
  named(): Iterable<ClassPeer>;
}

/** Makes an empty collection. */
export function createClassPeers(): ClassPeers {
  const peers = new Map<PodClass, ClassPeer>();
  const named = new Set<ClassPeer>();
  let touched = new Set<ClassPeer>();
  const make = (of: PodClass): ClassPeer => {
    const peer: ClassPeer = {
      kind: 'pod',
      class: of,
      addresses: { IPv4: 0, IPv6: 0 },
      special: NOT_THERE,
      key: undefined,
      identity: undefined,
      facts: NOT_THERE,
      names: of.portNames,
      look: (voices, family) => look(peer, voices, family),
      pods: () => of.pods,
      ranges: () => [],
      weight: () => of.pods.size,
      lowest: () => lowestAddress(of.pods),
    };
    peers.set(of, peer);
    if (of.portNames.at.size > 0) named.add(peer);
    return peer;
  };
  /** A class without addresses is forgotten. */
  const look = (peer: ClassPeer, voices: VoiceTable, family: Family): ReadonlySet<Voice> => {
    const facts = factsOf(peer, family);
    peer.facts = { ...peer.facts, [family]: facts };
    if (peer.addresses.IPv4 + peer.addresses.IPv6 === 0) {
      peers.delete(peer.class);
      named.delete(peer);
    }
    return facts === undefined ? NOBODY : voices.tellingPods(facts.sets, peer.class.portNames);
  };
  return {
    find: (of) => peers.get(of),
    count(of, families, by) {
      const peer = peers.get(of) ?? make(of);
      for (const family of families) {
        const count = peer.addresses[family] + by;
        if (count === 0 || peer.addresses[family] === 0) touched.add(peer);
        peer.addresses[family] = count;
      }
      return peer;
    },
    takeTouched() {
      const those = touched;
      touched = new Set();
      return those;
    },
    named: () => named,
  };
}

const NOBODY: ReadonlySet<Voice> = new Set();

function factsOf({ class: { pods }, addresses }: ClassPeer, family: Family): PeerFacts | undefined {
  if (addresses[family] === 0) return undefined;
  for (const pod of pods) if (pod[family] !== undefined) return podFacts(pod, family);
  throw new Error('a pod has the address that was counted');
}

function lowestAddress(pods: Iterable<ClusterPod>): number | bigint {
  let lowest: number | bigint | undefined;
  for (const { IPv4, IPv6 } of pods) {
    const value = (IPv4 ?? IPv6)?.value;
    if (value === undefined) continue;
    const isLower =
      lowest === undefined ||
      (typeof value === typeof lowest ? value < lowest : typeof value === 'number');
    if (isLower) lowest = value;
  }
  return lowest ?? 0;
}
