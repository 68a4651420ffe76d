import { selects } from '../selectors/label-selector.ts';
import type { Ports } from '../policy/policy.ts';
import { unreachable } from '../unreachable.ts';
import { blocksHave, type BlockIndex, createBlockIndex } from './block-index.ts';
import type {
  CompiledPeer,
  CompiledRule,
  PeerFacts,
  PodSet,
  RankedPeer,
  RuleIndex,
} from './model.ts';
import {
  createPortIndex,
  matchingPort,
  NO_RANK,
  type PortIndex,
  type Traffic,
} from './port-index.ts';

/** Files rules, given in order of precedence, so that finding the first match takes constant time. */
export function createRuleIndex(rules: readonly CompiledRule[]): RuleIndex {
  const peers: RankedPeer[] = [];
  for (const rule of rules) {
    rule.peers.forEach((peer, position) => {
      const peerPosition = peer.kind === 'anyone' ? -1 : position;
      peers.push({ rank: peers.length, rule, peerPosition, peer });
    });
  }
  const anyone = portsOf(peers.filter(({ peer }) => peer.kind === 'anyone'));
  const bySet = groupBySet(peers);
  const inBlocks = peers.flatMap((ranked) =>
    ranked.peer.kind === 'ipBlocks' ? [{ ranked, blocks: ranked.peer.blocks }] : [],
  );
  const blocks: BlockIndex<PortIndex> | undefined =
    inBlocks.length === 0
      ? undefined
      : createBlockIndex(inBlocks, (inside) => portsOf(inside.map(({ ranked }) => ranked)));
  const nodePeers = peers.filter(({ peer }) => peer.kind === 'nodes');

  return {
    peers,
    first(other, traffic) {
      let best = anyone.first(traffic);
      best = Math.min(best, firstOfSets(bySet, other.sets, traffic));
      if (blocks !== undefined && other.address !== undefined) {
        best = Math.min(best, blocks.at(other.address).first(traffic));
      }
      if (other.nodes.length > 0) {
        const ranked = nodePeers.find((candidate) => matches(candidate, other, traffic));
        best = Math.min(best, ranked?.rank ?? NO_RANK);
      }
      return peers[best];
    },
    all(other, traffic) {
      return peers.filter((ranked) => matches(ranked, other, traffic));
    },
    possible(traffic) {
      return inBlocks
        .map(({ ranked }) => ranked)
        .filter((ranked) => portsMatch(ranked.rule.ports, traffic));
    },
  };
}

/** Whether one peer of one rule matches, told without any index. */
function matches(ranked: RankedPeer, other: PeerFacts, traffic: Traffic): boolean {
  return portsMatch(ranked.rule.ports, traffic) && isPeer(ranked.peer, other);
}

function isPeer(peer: CompiledPeer, other: PeerFacts): boolean {
  switch (peer.kind) {
    case 'anyone':
      return true;
    case 'pods':
      return other.sets.has(peer.set);
    case 'ipBlocks':
      return other.address !== undefined && blocksHave(peer.blocks, other.address);
    case 'nodes':
      return other.nodes.some(({ labels }) => selects(peer.nodes, labels));
    case 'nobody':
      return false;
    default:
      return unreachable(peer);
  }
}

function portsMatch(ports: Ports, traffic: Traffic): boolean {
  return ports.kind === 'any' || matchingPort(ports, traffic) !== -1;
}

function portsOf(ranked: readonly RankedPeer[]): PortIndex {
  return createPortIndex(ranked.map(({ rank, rule }) => ({ rank, ports: rule.ports })));
}

/** What is filed under one set; its index is made when it is first needed. */
interface SetPeers {
  readonly ranked: RankedPeer[];
  ports: PortIndex | undefined;
}

function groupBySet(peers: readonly RankedPeer[]): ReadonlyMap<PodSet, SetPeers> {
  const bySet = new Map<PodSet, SetPeers>();
  for (const ranked of peers) {
    if (ranked.peer.kind !== 'pods') continue;
    const group = bySet.get(ranked.peer.set);
    if (group === undefined) bySet.set(ranked.peer.set, { ranked: [ranked], ports: undefined });
    else group.ranked.push(ranked);
  }
  return bySet;
}

/** Walks whichever is smaller: the sets that rules name, or the sets that the end is in. */
function firstOfSets(
  bySet: ReadonlyMap<PodSet, SetPeers>,
  sets: ReadonlySet<PodSet>,
  traffic: Traffic,
): number {
  let best = NO_RANK;
  if (bySet.size <= sets.size) {
    for (const [set, group] of bySet) {
      if (sets.has(set)) best = Math.min(best, firstOfGroup(group, traffic));
    }
    return best;
  }
  for (const set of sets) {
    const group = bySet.get(set);
    if (group !== undefined) best = Math.min(best, firstOfGroup(group, traffic));
  }
  return best;
}

function firstOfGroup(group: SetPeers, traffic: Traffic): number {
  group.ports ??= portsOf(group.ranked);
  return group.ports.first(traffic);
}
