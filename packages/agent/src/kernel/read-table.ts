import { isDeepStrictEqual } from 'node:util';
import { failed, ok, type Result } from '@ringfence/core';
import type { Element, ElementSet } from '@ringfence/dataplane';
import {
  type ListedTable,
  type NetlinkSocket,
  nftChains,
  nftElements,
  nftRules,
  type NftSet,
  nftSets,
  nftTables,
} from '@ringfence/netlink';
import { decodeElements } from './decode-elements.ts';
import { encodeBase } from './install-changes.ts';
import { encodeSet } from './encode-set.ts';
import type { Layout } from './generation-changes.ts';
import { type AnonymousSets, readRules } from './read-rules.ts';
import { type RuleHandles, ruleHandles } from './rule-handles.ts';

/** A table of the kernel that has the layout which was expected. */
export interface KernelTable {
  /** The netlink port of the socket that owns it; 0 when nobody does. */
  readonly ownerPort: number;
  /** Whether it stays when its owner's socket is closed. */
  readonly persistent: boolean;
  /** By name of the set; those of sets that rules fill are left out. */
  readonly elements: ReadonlyMap<string, readonly Element[]>;
  /** The one that its rules hold; `undefined` where the layout has no such rules. */
  readonly generation: number | undefined;
  readonly handles: RuleHandles;
}

/**
 * Reads a whole table back, and proves that it has the sets, the chains and, expression by
 * expression, the rules of a layout. The generation alone may be another one.
 *
 * @returns why it is no such table, where it is none.
 */
export function readTable(socket: NetlinkSocket, layout: Layout): Result<KernelTable, string> {
  const { family, table: name } = layout;
  const reference = { family, name };
  const table = nftTables(socket).find((each) => each.family === family && each.name === name);
  const wrong = wrongTable(table, name) ?? wrongChains(layout, socket);
  if (table === undefined || wrong !== undefined) return failed(wrong ?? `there is no table`);
  const sets = nftSets(socket, reference);
  const wrongSet = wrongSets(layout, sets.filter(isNamed));
  if (wrongSet !== undefined) return failed(wrongSet);
  const rules = nftRules(socket, reference);
  const generation = readRules(layout, rules, anonymousSets(socket, sets));
  if (generation.kind === 'failed') return generation;
  const elements = readElements(socket, layout);
  if (elements.kind === 'failed') return elements;
  return ok({
    ownerPort: table.ownerPort,
    persistent: table.flags.persist,
    elements: elements.value,
    generation: generation.value,
    handles: ruleHandles(socket, layout, rules),
  });
}

function wrongTable(table: ListedTable | undefined, name: string): string | undefined {
  if (table === undefined) return `there is no table \`${name}\``;
  return table.flags.dormant ? `table \`${name}\` is dormant: it sees no packets` : undefined;
}

function wrongChains(layout: Layout, socket: NetlinkSocket): string | undefined {
  const { family, table } = layout;
  const found = new Map(
    nftChains(socket, { family, name: table }).map((chain) => [chain.name, chain]),
  );
  for (const chain of layout.chains) {
    const other = found.get(chain.name);
    if (other === undefined) return `there is no chain \`${chain.name}\``;
    if (!isDeepStrictEqual(other.base, encodeBase(chain))) {
      return `chain \`${chain.name}\` sees packets elsewhere`;
    }
    found.delete(chain.name);
  }
  const [extra] = found.keys();
  return extra === undefined ? undefined : `there is another chain \`${extra}\``;
}

function wrongSets(layout: Layout, sets: readonly NftSet[]): string | undefined {
  const found = new Map(sets.map((set) => [set.name, set]));
  for (const set of layout.sets) {
    const other = found.get(set.name);
    if (other === undefined) return `there is no set \`${set.name}\``;
    if (!isDeepStrictEqual(other, encodeSet(layout, set))) {
      return `set \`${set.name}\` is another one`;
    }
    found.delete(set.name);
  }
  const [extra] = found.keys();
  return extra === undefined ? undefined : `there is another set \`${extra}\``;
}

function isNamed({ flags }: NftSet): boolean {
  return !flags.includes('anonymous');
}

function anonymousSets(socket: NetlinkSocket, sets: readonly NftSet[]): AnonymousSets {
  return new Map(
    sets
      .filter((set) => !isNamed(set))
      .map((set) => [set.name, nftElements(socket, set).map(({ key }) => key)]),
  );
}

function readElements(
  socket: NetlinkSocket,
  { family, table, sets }: Layout,
): Result<ReadonlyMap<string, readonly Element[]>, string> {
  const elements = new Map<string, readonly Element[]>();
  for (const set of sets.filter(isOurs)) {
    const decoded = decodeElements(set, nftElements(socket, { family, table, name: set.name }));
    if (decoded.kind === 'failed') return failed(`set \`${set.name}\`: ${decoded.error}`);
    elements.set(set.name, decoded.value);
  }
  return ok(elements);
}

/** Rules fill the others. */
function isOurs({ dynamic }: ElementSet): boolean {
  return dynamic === undefined;
}
