import { FAMILIES, type Family, portSetKey } from '@ringfence/core';
import { ANY_OUTSIDE, ANY_POD, FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { compareParts } from '../ruleset/order.ts';
import type { OutsidePeer, Peer, Peers, PodsPeer } from './peers.ts';

/** Peers that no pod of this node tells apart. */
interface Identity {
  readonly number: number;
  /** One of them in each family, for all; `undefined` in a family in which it has no rows. */
  readonly example: Readonly<Record<Family, Peer | undefined>>;
}

/** The numbers of all peers. */
export interface Identities {
  /** Those that have rows of their own. */
  readonly all: readonly Identity[];
  readonly numberOf: (peer: PodsPeer | OutsidePeer) => number;
}

/** Peers of one identity to come. */
interface Group {
  readonly members: (PodsPeer | OutsidePeer)[];
  /** The lowest of their addresses: it tells their order, whatever order they came in. */
  lowest: number | bigint;
  /** The one that has it. */
  example: Identity['example'];
}

/**
 * Gives peers that are told apart by nobody one number, in the order of their lowest addresses.
 * Pods of which nothing special is said share the number of any pod.
 */
export function identitiesOf(peers: Peers): Identities {
  const groups = new Map<string, Group>();
  const plain = new Map<PodsPeer | OutsidePeer, number>();
  const put = (
    peer: PodsPeer | OutsidePeer,
    example: Identity['example'],
    lowest: number | bigint,
  ): void => {
    const key = keyOf(example);
    if (key === undefined) {
      plain.set(peer, 'class' in peer ? ANY_POD : ANY_OUTSIDE);
      return;
    }
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { example, members: [peer], lowest });
      return;
    }
    group.members.push(peer);
    if (compareAddresses(lowest, group.lowest) > 0) return;
    group.lowest = lowest;
    group.example = example;
  };
  for (const pods of peers.pods) put(pods, pods.peers, lowestAddress(pods));
  for (const family of FAMILIES) {
    for (const peer of peers.outside[family]) {
      const example = { IPv4: undefined, IPv6: undefined, [family]: peer };
      put(peer, example, peer.ranges[0]?.first ?? 0);
    }
  }
  return numbered([...groups.values()], plain);
}

function numbered(
  groups: readonly Group[],
  plain: ReadonlyMap<PodsPeer | OutsidePeer, number>,
): Identities {
  const numbers = new Map(plain);
  const all = [...groups]
    .sort(
      (left, right) =>
        kindRank(left) - kindRank(right) || compareAddresses(left.lowest, right.lowest),
    )
    .map(({ example, members }, position): Identity => {
      const number = FIRST_IDENTITY + position;
      for (const member of members) numbers.set(member, number);
      return { number, example };
    });
  return {
    all,
    numberOf(peer) {
      const number = numbers.get(peer);
      if (number === undefined) throw new Error('every peer has a number');
      return number;
    },
  };
}

/** Pods, then IPv4, then IPv6. */
function kindRank({ example: { IPv4, IPv6 } }: Group): number {
  if (IPv4?.kind === 'pod' || IPv6?.kind === 'pod') return 0;
  return IPv4 === undefined ? 2 : 1;
}

/** Equal for peers of which the same is said; `undefined` where nothing special is. */
function keyOf(example: Identity['example']): string | undefined {
  let key = '';
  let special = false;
  for (const family of FAMILIES) {
    const peer = example[family];
    key += peer === undefined ? '-' : `${peer.kind} `;
    for (const [voice, { ports }] of peer?.special ?? []) {
      special = true;
      key += `${voice.index}:${portSetKey(ports)};`;
    }
    key += '/';
  }
  return special ? key : undefined;
}

function lowestAddress({ class: { pods } }: PodsPeer): number | bigint {
  let lowest: number | bigint | undefined;
  for (const { IPv4, IPv6 } of pods) {
    const value = (IPv4 ?? IPv6)?.value;
    if (value === undefined) continue;
    if (lowest === undefined || compareAddresses(value, lowest) < 0) lowest = value;
  }
  return lowest ?? 0;
}

/** IPv4 comes first. */
function compareAddresses(left: number | bigint, right: number | bigint): number {
  const rank = (value: number | bigint): number => (typeof value === 'number' ? 0 : 1);
  return rank(left) - rank(right) || compareParts(left, right);
}
