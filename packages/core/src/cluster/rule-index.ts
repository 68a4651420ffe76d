import { selects } from '../selectors/label-selector.ts';
import type { Ports } from '../policy/policy.ts';
import { unreachable } from '../unreachable.ts';
import { blocksHave, type BlockIndex, createBlockIndex } from './block-index.ts';
import type {
  CompiledPeer,
  CompiledRule,
  PeerFacts,
  RankedPeer,
  RuleIndex,
  Traffic,
} from './model.ts';
import { createPortIndex, matchingPort, NO_RANK, type PortIndex } from './port-index.ts';

const NO_RULES: RuleIndex = {
  peers: [],
  first: () => undefined,
  all: () => [],
  possible: () => [],
};

/** Files rules, given in order of precedence, so that finding the first match takes constant time. */
export function createRuleIndex(rules: readonly CompiledRule[]): RuleIndex {
  if (rules.length === 0) return NO_RULES;
  const peers: RankedPeer[] = [];
  for (const rule of rules) {
    rule.peers.forEach((peer, position) => {
      const peerPosition = peer.kind === 'anyone' ? -1 : position;
      peers.push({ rank: peers.length, rule, peerPosition, peer });
    });
  }
  const toAnyone = peers.filter(({ peer }) => peer.kind === 'anyone');
  const anyone = toAnyone.length === 0 ? undefined : portsOf(toAnyone);
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
      let best = anyone === undefined ? NO_RANK : anyone.first(traffic);
      best = Math.min(best, firstOfSets(bySet, other.sets, traffic));
      if (blocks !== undefined && other.address !== undefined) {
        best = Math.min(best, blocks.at(other.address).first(traffic));
      }
      if (other.nodes.length > 0) {
        const ranked = nodePeers.find((candidate) => matches(candidate, other, traffic));
        best = Math.min(best, ranked?.rank ?? NO_RANK);
      }
      return best === NO_RANK ? undefined : peers[best];
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
      return other.sets.includes(peer.set.id);
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

/** Rules by the set of pods that they name, ids ascending. */
interface SetTable {
  readonly ids: readonly number[];
  readonly groups: readonly SetPeers[];
}

/** What is filed under one set; its index is made when it is first needed. */
interface SetPeers {
  readonly ranked: RankedPeer[];
  ports: PortIndex | undefined;
}

function groupBySet(peers: readonly RankedPeer[]): SetTable {
  const bySet = new Map<number, SetPeers>();
  for (const ranked of peers) {
    if (ranked.peer.kind !== 'pods') continue;
    const { id } = ranked.peer.set;
    const group = bySet.get(id);
    if (group === undefined) bySet.set(id, { ranked: [ranked], ports: undefined });
    else group.ranked.push(ranked);
  }
  const sorted = [...bySet].sort(([left], [right]) => left - right);
  return { ids: sorted.map(([id]) => id), groups: sorted.map(([, group]) => group) };
}

/** Walks whichever list is shorter, the sets that rules name or those that the end is in. */
function firstOfSets(table: SetTable, sets: readonly number[], traffic: Traffic): number {
  let best = NO_RANK;
  const { ids, groups } = table;
  if (ids.length <= sets.length) {
    for (let place = 0; place < ids.length; place += 1) {
      const group = groups[place];
      if (group === undefined || placeOf(sets, ids[place] ?? -1) === -1) continue;
      best = Math.min(best, firstOfGroup(group, traffic));
    }
    return best;
  }
  for (const id of sets) {
    const group = groups[placeOf(ids, id)];
    if (group !== undefined) best = Math.min(best, firstOfGroup(group, traffic));
  }
  return best;
}

/** Position of a number in an ascending list, or -1. */
function placeOf(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}

function firstOfGroup(group: SetPeers, traffic: Traffic): number {
  group.ports ??= portsOf(group.ranked);
  return group.ports.first(traffic);
}
