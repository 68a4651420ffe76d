import type { ClusterPod, Family, IpAddress, PodClass } from '@ringfence/core';
import { familySet } from '../ruleset/names.ts';
import { commentOf } from './comment.ts';
import type { ClassPeer, ClassPeers } from './class-peers.ts';
import { numberOf } from './member.ts';
import type { ElementWriter } from './net.ts';
import { podText } from './pod-text.ts';

/** What the address of each pod of the cluster is to this node, as it was written last. */
export interface PodBook {
  /**
   * Looks where a pod is now, and counts it in and out of classes; its addresses are erased until
   * `write`.
   */
  move(pod: ClusterPod, into: ElementWriter): void;
  /** The number of a pod's class may be another one. */
  renumber(pod: ClusterPod, into: ElementWriter): void;
  /** Writes all that was erased, with the numbers of now. */
  write(into: ElementWriter): void;
  all(into: ElementWriter): void;
}

interface Entry {
  readonly class: PodClass;
  readonly peer: ClassPeer;
  readonly addresses: readonly IpAddress[];
  number: number;
}

/**
 * Makes a book without pods.
 *
 * @param isThere whether policy applies to a pod that has an address
 * @param isNamed whether its elements say whose they are
 */
export function createPodBook(
  peers: ClassPeers,
  isThere: (pod: ClusterPod) => boolean,
  isNamed: (pod: ClusterPod) => boolean,
): PodBook {
  const entries = new Map<ClusterPod, Entry>();
  const erased = new Set<ClusterPod>();

  const put = (
    pod: ClusterPod,
    { addresses, number }: Entry,
    to: (set: string, element: Parameters<ElementWriter['write']>[1]) => void,
  ): void => {
    const comment = isNamed(pod) ? commentOf(podText(pod)) : '';
    for (const { family, value } of addresses) {
      to(familySet('identities', family), { key: [value], identity: number, comment });
    }
  };
  const erase = (pod: ClusterPod, entry: Entry, into: ElementWriter): void => {
    if (!erased.has(pod)) put(pod, entry, (set, element) => into.erase(set, element));
    erased.add(pod);
  };

  return {
    move(pod, into) {
      const was = entries.get(pod);
      if (was !== undefined) {
        erase(pod, was, into);
        peers.count(was.class, was.addresses.map(familyOf), -1);
        entries.delete(pod);
      }
      if (!isThere(pod)) return;
      const { class: of, addresses } = pod;
      const peer = peers.count(of, addresses.map(familyOf), 1);
      entries.set(pod, { class: of, peer, addresses, number: 0 });
      erased.add(pod);
    },
    renumber(pod, into) {
      const entry = entries.get(pod);
      if (entry !== undefined) erase(pod, entry, into);
    },
    write(into) {
      for (const pod of erased) {
        const entry = entries.get(pod);
        if (entry === undefined) continue;
        entry.number = numberOf(entry.peer);
        put(pod, entry, (set, element) => into.write(set, element));
      }
      erased.clear();
    },
    all(into) {
      for (const [pod, entry] of entries)
        put(pod, entry, (set, element) => into.write(set, element));
    },
  };
}

function familyOf({ family }: IpAddress): Family {
  return family;
}
