import { atAddress, type BlockIndex, createBlockIndex } from '../cluster/block-index.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { IpBlock, Peers, Policy } from '../policy/policy.ts';
import type { IpAddress } from '../sets/address.ts';
import type { AddressRange } from '../sets/cidr-cover.ts';
import { formatCidr } from '../sets/cidr.ts';

/** The address space, cut by all blocks of all policies: addresses of one atom lie in the same. */
export interface Atoms {
  atomOf(address: IpAddress): Atom;
  /** Every address of both families, ascending, with the atom that it belongs to. */
  ranges(): readonly { readonly range: AddressRange; readonly atom: Atom }[];
}

export interface Atom {
  readonly id: number;
  /** Keys of the lists of blocks (see `blocksKey`) that have it. */
  readonly blocks: readonly string[];
}

interface BlockList {
  readonly key: string;
  readonly blocks: readonly IpBlock[];
}

/** Names a list of blocks; equal keys, equal blocks. */
export function blocksKey(blocks: readonly IpBlock[]): string {
  return blocks.map(({ cidr, except }) => [cidr, ...except].map(formatCidr).join('-')).join();
}

/** Cuts the address space by the blocks that a cluster's policies name. */
export function atomsOf(cluster: Cluster): Atoms {
  const lists = new Map<string, BlockList>();
  for (const policy of [...cluster.policies(), ...cluster.tombstones()]) {
    for (const blocks of blockListsOf(policy)) {
      const key = blocksKey(blocks);
      lists.set(key, { key, blocks });
    }
  }
  const atoms = new Map<string, Atom>();
  const index = createBlockIndex([...lists.values()], (inside: readonly BlockList[]): Atom => {
    const blocks = inside.map(({ key }) => key);
    const known = atoms.get(blocks.join('|'));
    if (known !== undefined) return known;
    const atom = { id: atoms.size, blocks };
    atoms.set(blocks.join('|'), atom);
    return atom;
  });
  return {
    atomOf: (address) => atAddress(index, address),
    ranges: () => [...rangesIn4(index), ...rangesIn6(index)],
  };
}

function blockListsOf(policy: Policy): readonly (readonly IpBlock[])[] {
  if (policy.kind === 'undecodable') return [];
  const rules = [policy.egress, policy.ingress].flatMap((direction) => {
    if (!('kind' in direction)) return direction;
    return direction.kind === 'isolated' ? direction.rules : [];
  });
  return rules.flatMap(({ peers }) => blockListsIn(peers));
}

function blockListsIn(peers: Peers): readonly (readonly IpBlock[])[] {
  if (peers.kind === 'anyone') return [];
  return peers.peers.flatMap((peer) => (peer.kind === 'ipBlocks' ? [peer.blocks] : []));
}

type Index = BlockIndex<BlockList, Atom>;
type Ranges = readonly { readonly range: AddressRange; readonly atom: Atom }[];

function rangesIn4(index: Index): Ranges {
  const starts = [0, ...[...index.boundaries4].filter((start) => start > 0 && start < 2 ** 32)];
  return starts.map((first, position) => {
    const last = (starts[position + 1] ?? 2 ** 32) - 1;
    const atom = atAddress(index, { family: 'IPv4', value: first });
    return { range: { family: 'IPv4', first, last }, atom };
  });
}

function rangesIn6(index: Index): Ranges {
  const end = 2n ** 128n;
  const starts = [0n, ...index.boundaries6.filter((start) => start > 0n && start < end)];
  return starts.map((first, position) => {
    const last = (starts[position + 1] ?? end) - 1n;
    const atom = atAddress(index, { family: 'IPv6', value: first });
    return { range: { family: 'IPv6', first, last }, atom };
  });
}
