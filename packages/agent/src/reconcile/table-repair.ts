import { difference, type Element, planOf, type Ruleset } from '@ringfence/dataplane';
import {
  type Change,
  commit,
  type NetlinkSocket,
  nftChains,
  nftElements,
  nftRules,
} from '@ringfence/netlink';
import { decodeElements } from '../kernel/decode-elements.ts';
import { tableOf } from '../kernel/install-changes.ts';
import { rewriteChains } from '../kernel/rewrite-chains.ts';
import { type RuleHandles, ruleHandles } from '../kernel/rule-handles.ts';
import type { Damage } from './damage.ts';
import type { TableWriter, WrittenTable } from './table-writer.ts';

type Parts = Extract<Damage, { readonly kind: 'parts' }>;

/**
 * Makes parts of a table good, and leaves the rest unread: all that was done to it is known.
 *
 * @returns whether anything had to be; `undefined` where the whole table is to be looked at.
 * @throws {KernelError|SystemError} where the kernel refuses: then, too.
 */
export function repairParts(
  world: {
    readonly socket: NetlinkSocket;
    readonly writer: TableWriter;
    readonly ruleset: () => Ruleset;
  },
  damage: Parts,
): 'same' | 'mended' | undefined {
  const { socket, writer } = world;
  const current = writer.current();
  if (current === undefined || current.layout.table !== damage.table) return undefined;
  const handles = mendChains(socket, current, damage);
  const sets = elementsIn(socket, current.layout, damage.sets);
  if (handles === undefined || sets === undefined) return undefined;
  const meant = sets.size === 0 ? current.layout : world.ruleset();
  const touched = meant.sets.filter(({ name }) => sets.has(name));
  const { elements } = difference(
    { ...meant, sets: touched, elements: sets },
    { ...meant, sets: touched },
  );
  writer.turnTo({ layout: current.layout, handles }, { carryThisOne: true, carryLaterOnes: false });
  // In one transaction: somebody else's rows have no time to wait.
  writer.write(
    planOf(
      { elements, newNumbers: NONE, oldNumbers: NONE },
      { maxElements: Number.POSITIVE_INFINITY },
    ),
  );
  return elements.length === 0 && handles === current.handles ? 'same' : 'mended';
}

const NONE: ReadonlySet<number> = new Set();

/** Writes the rules of chains anew; `undefined` where the chains are others nevertheless. */
function mendChains(
  socket: NetlinkSocket,
  { layout, handles }: WrittenTable,
  { chains, madeChains, dormant }: Parts,
): RuleHandles | undefined {
  if (chains.size + madeChains.size === 0 && !dormant) return handles;
  // One of ours that was made another one is not made what it was by rules.
  if (layout.chains.some(({ name }) => madeChains.has(name))) return undefined;
  const awake: Change = { kind: 'addTable', table: tableOf(layout, false) };
  commit(socket, [
    ...(dormant ? [awake] : []),
    ...rewriteChains(layout, new Set([...chains, ...madeChains])),
  ]);
  const reference = { family: layout.family, name: layout.table };
  const rules = nftRules(socket, reference);
  const counts = Map.groupBy(rules, ({ chain }) => chain);
  const found = nftChains(socket, reference);
  const isWhole =
    found.length === layout.chains.length &&
    layout.chains.every(
      ({ name, rules: { length } }) => (counts.get(name)?.length ?? 0) === length,
    );
  return isWhole ? ruleHandles(socket, layout, rules) : undefined;
}

/** The elements of sets; those that rules fill are nobody's business. */
function elementsIn(
  socket: NetlinkSocket,
  { family, table, sets }: Ruleset,
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly Element[]> | undefined {
  const elements = new Map<string, readonly Element[]>();
  for (const name of names) {
    const set = sets.find((each) => each.name === name);
    // One without a name belongs to a rule.
    if (set === undefined) return undefined;
    if (set.dynamic !== undefined) continue;
    const decoded = decodeElements(set, nftElements(socket, { family, table, name }));
    if (decoded.kind === 'failed') return undefined;
    elements.set(name, decoded.value);
  }
  return elements;
}
