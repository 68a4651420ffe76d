import { selects } from '../selectors/label-selector.ts';
import type { IpBlock, Ports, RuleRef } from '../policy/policy.ts';
import { unreachable } from '../unreachable.ts';
import { atAddress, type BlockIndex, blocksHave, createBlockIndex } from './block-index.ts';
import type { CompiledPeer, CompiledRule, PeerFacts, RankedPeer, Traffic } from './compiled.ts';
import {
  createPortIndex,
  firstPort,
  matchingPort,
  NO_RANK,
  type PortIndex,
  type RankedPorts,
} from './port-index.ts';
import { createSetTable, firstInSets, type SetTable } from './set-table.ts';

/**
 * The rules of one stage that bear on one class of subjects in one direction, in the order of
 * their precedence.
 */
export interface RuleIndex extends SetTable {
  /** By rank. */
  readonly peers: readonly RankedPeer[];
  readonly anyone: PortIndex | undefined;
  readonly blocks: BlockIndex<RankedBlocks, PortIndex> | undefined;
  readonly nodePeers: readonly RankedPeer[];
}

interface RankedBlocks {
  readonly ranked: RankedPeer;
  readonly blocks: readonly IpBlock[];
}

/** Files rules, given in order of precedence, so that finding the first match takes constant time. */
export function createRuleIndex(rules: readonly CompiledRule[]): RuleIndex {
  const peers: RankedPeer[] = [];
  for (const rule of rules) {
    rule.peers.forEach((peer, position) => {
      const severalPorts = rule.ports.kind === 'ports' && rule.ports.ports.length > 1;
      const ref = refOf(rule, peer.kind === 'anyone' ? -1 : position);
      peers.push({ rank: peers.length, rule, action: rule.action, peer, ref, severalPorts });
    });
  }
  const toAnyone = peers.filter(({ peer }) => peer.kind === 'anyone');
  const inBlocks = peers.flatMap((ranked) =>
    ranked.peer.kind === 'ipBlocks' ? [{ ranked, blocks: ranked.peer.blocks }] : [],
  );
  return {
    peers,
    anyone: toAnyone.length === 0 ? undefined : portsOf(toAnyone),
    ...tableOf(peers),
    blocks: inBlocks.length === 0 ? undefined : createBlockIndex(inBlocks, portsInBlocks),
    nodePeers: peers.filter(({ peer }) => peer.kind === 'nodes'),
  };
}

/** Points at a peer of a rule; at its port too, where there is no choice of several. */
function refOf({ policy, direction, position, ports }: CompiledRule, peer: number): RuleRef {
  const port = ports.kind === 'any' ? -1 : 0;
  return { policy, direction, rule: position, peer, port };
}

/** Points at the rule, the peer and the port that matched. */
export function matchRef({ ref, rule, severalPorts }: RankedPeer, traffic: Traffic): RuleRef {
  return severalPorts ? { ...ref, port: matchingPort(rule.ports, traffic) } : ref;
}

/** The first that matches, or `undefined`. Blocks do not match an end without address. */
export function firstMatch(
  index: RuleIndex,
  other: PeerFacts,
  traffic: Traffic,
): RankedPeer | undefined {
  const { anyone, blocks, nodePeers } = index;
  let best = anyone === undefined ? NO_RANK : firstPort(anyone, traffic);
  best = Math.min(best, firstInSets(index, other.sets, traffic));
  if (blocks !== undefined && other.address !== undefined) {
    best = Math.min(best, firstPort(atAddress(blocks, other.address), traffic));
  }
  if (other.nodes.length > 0) {
    const ranked = nodePeers.find((candidate) => matches(candidate, other, traffic));
    best = Math.min(best, ranked?.rank ?? NO_RANK);
  }
  return best === NO_RANK ? undefined : index.peers[best];
}

/** Every one that matches, in order. Looks at each: for explanations. */
export function allMatches(
  index: RuleIndex,
  other: PeerFacts,
  traffic: Traffic,
): readonly RankedPeer[] {
  return index.peers.filter((ranked) => matches(ranked, other, traffic));
}

/** Those that would match an end without address if its address lay in their blocks. */
export function possibleMatches(index: RuleIndex, traffic: Traffic): readonly RankedPeer[] {
  return (index.blocks?.items ?? [])
    .map(({ ranked }) => ranked)
    .filter((ranked) => portsMatch(ranked.rule.ports, traffic));
}

/** Whether one peer of one rule matches, told without any index. */
function matches(ranked: RankedPeer, other: PeerFacts, traffic: Traffic): boolean {
  return portsMatch(ranked.rule.ports, traffic) && isPeer(ranked.peer, other);
}

/** Whether an end is the peer that a rule names. */
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

function portsInBlocks(inside: readonly RankedBlocks[]): PortIndex {
  return portsOf(inside.map(({ ranked }) => ranked));
}

function tableOf(peers: readonly RankedPeer[]): SetTable {
  const bySet = new Map<number, RankedPorts[]>();
  for (const { rank, rule, peer } of peers) {
    if (peer.kind !== 'pods') continue;
    const { id } = peer.set;
    const filed = { rank, ports: rule.ports };
    const group = bySet.get(id);
    if (group === undefined) bySet.set(id, [filed]);
    else group.push(filed);
  }
  return createSetTable(bySet);
}
