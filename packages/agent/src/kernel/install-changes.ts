import type { Chain, Element, ElementSet, Ruleset } from '@ringfence/dataplane';
import type { Change, ChainBase, Table } from '@ringfence/netlink';
import { encodeElements } from './encode-elements.ts';
import { encodeRule } from './encode-rule.ts';
import { encodeSet, setReference } from './encode-set.ts';
import type { RuleWorld } from './part.ts';
import { ruleChanges, type SetNumbers, setNumbers } from './step.ts';

/** How a table is brought up. */
export interface InstallOptions {
  /** Only the socket that makes the table may change it; it stays when that socket is closed. */
  readonly owned: boolean;
  /** The most elements of a transaction: a socket's send buffer bounds how large one may be. */
  readonly maxElements: number;
}

/**
 * Lists the transactions that bring a whole table up where there is none of its name.
 *
 * No packet is seen before the last one, which is small: it adds the chains that have hooks, with
 * their rules. Whatever fails before has changed nothing for packets; the table that is begun is to
 * be deleted then.
 */
export function* installChanges(
  ruleset: Ruleset,
  options: InstallOptions,
): Iterable<readonly Change[]> {
  const based = ruleset.chains.filter(({ base }) => base !== undefined);
  const inner = ruleset.chains.filter(({ base }) => base === undefined);
  yield [
    { kind: 'createTable', table: tableOf(ruleset, options.owned) },
    ...ruleset.sets.map((set): Change => ({ kind: 'addSet', set: encodeSet(ruleset, set) })),
    ...chainChanges(ruleset, inner, setNumbers()),
  ];
  yield* elementBatches(ruleset, options.maxElements);
  yield chainChanges(ruleset, based, setNumbers());
}

/**
 * A ruleset's table. Added to a ruleset's transaction by another socket than the one that made it, an
 * owned one is taken over, where its owner is gone.
 */
export function tableOf(
  { family, table }: Pick<Ruleset, 'family' | 'table'>,
  owned: boolean,
): Table {
  return { family, name: table, flags: { dormant: false, owner: owned, persist: owned } };
}

/** Chains first: rules may send packets to any of them. */
function chainChanges(
  ruleset: Ruleset,
  chains: readonly Chain[],
  numbers: SetNumbers,
): readonly Change[] {
  const { family, table } = ruleset;
  const world = worldOf(ruleset);
  return [
    ...chains.map((chain): Change => {
      const base = encodeBase(chain);
      const reference = { family, table, name: chain.name };
      return {
        kind: 'createChain',
        chain: base === undefined ? reference : { ...reference, base },
      };
    }),
    ...chains.flatMap((chain) =>
      chain.rules.flatMap((rule) =>
        ruleChanges(
          { family, table, chain: chain.name, rule: encodeRule(world, rule) },
          { kind: 'add', at: { kind: 'last' } },
          numbers,
        ),
      ),
    ),
  ];
}

/** Where a chain sees packets. What its rules leave undecided is accepted: they drop by themselves. */
export function encodeBase({ base }: Chain): ChainBase | undefined {
  return base && { ...base, type: 'filter', policy: 'accept', devices: [] };
}

/** What a ruleset's rules are written for. */
export function worldOf({ family, sets }: Pick<Ruleset, 'family' | 'sets'>): RuleWorld {
  return { family, sets: new Map(sets.map((set) => [set.name, set])) };
}

/** Both ends of an interval go together. */
function* elementBatches(ruleset: Ruleset, maxElements: number): Iterable<readonly Change[]> {
  let batch: Change[] = [];
  let room = maxElements;
  for (const set of ruleset.sets) {
    const cost = costOf(set);
    const all = ruleset.elements.get(set.name) ?? [];
    for (let at = 0; at < all.length; ) {
      if (room < cost && batch.length > 0) {
        yield batch;
        batch = [];
        room = maxElements;
      }
      const some = all.slice(at, at + Math.max(1, Math.floor(room / cost)));
      batch.push(addition(ruleset, set, some));
      room -= some.length * cost;
      at += some.length;
    }
  }
  if (batch.length > 0) yield batch;
}

/** How many elements of nf_tables an element is, at most. */
function costOf({ interval, key }: ElementSet): number {
  return interval && key.length === 1 ? 2 : 1;
}

function addition(ruleset: Ruleset, set: ElementSet, elements: readonly Element[]): Change {
  return {
    kind: 'addElements',
    set: setReference(ruleset, set),
    elements: encodeElements(set, elements),
  };
}
