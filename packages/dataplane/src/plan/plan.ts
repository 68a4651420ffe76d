import { ALLOWED, DENIED, FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { keyText } from '../ruleset/order.ts';
import type { Chain, Element, ElementSet, Rule, Ruleset } from '../ruleset/ruleset.ts';
import type { Change, Transaction } from './change.ts';
import { numbersIn, renumbered } from './renumber.ts';

/** How to get from one ruleset to another. */
export type Plan =
  | {
      readonly kind: 'changes';
      /** What the table holds at the end: what was asked for, with other numbers for its peers. */
      readonly ruleset: Ruleset;
      /** In order; each is atomic. Empty where nothing changes. */
      readonly transactions: readonly Transaction[];
      /**
       * A flow that is allowed now may be denied afterwards: `after` must have another generation
       * than `before`, or such flows go on.
       */
      readonly revokes: boolean;
      /** Numbers that nobody has any more; not to be given again before a generation has passed. */
      readonly retired: ReadonlySet<number>;
    }
  /** Chains or sets are others: the new table has to be brought up beside the old one. */
  | { readonly kind: 'newLayout' };

/** How a plan is made. */
export interface PlanOptions {
  /** Numbers that must not be given away yet. */
  readonly retired: ReadonlySet<number>;
  /** How many elements a transaction has at most, unless more must change at once. */
  readonly maxElements: number;
}

/**
 * Plans the transactions between two rulesets of one node: at every moment each packet gets the
 * verdict of the one or of the other.
 *
 * First come rows that no packet can meet yet, in as many transactions as need be; then one that
 * changes everything that packets see, at once; at last go the rows that no packet can meet any more.
 */
export function plan(before: Ruleset, wanted: Ruleset, options: PlanOptions): Plan {
  const rules = ruleChanges(before, wanted);
  if (rules === undefined) return { kind: 'newLayout' };
  const after = renumbered(before, wanted, options.retired);
  const [metBefore, metAfter] = [canMeet(before), canMeet(after)];
  const early: SetChange[] = [];
  const atOnce: SetChange[] = [];
  const late: SetChange[] = [];
  for (const set of after.sets) {
    const { gone, come } = difference(before, after, set.name);
    const changed = keysInBoth(gone, come);
    for (const element of gone) {
      const isMet = metAfter(set, element) || changed.has(keyText(element.key));
      (isMet ? atOnce : late).push({ kind: 'deleteElements', set, element });
    }
    for (const element of come) {
      const isMet = metBefore(set, element) || changed.has(keyText(element.key));
      (isMet ? atOnce : early).push({ kind: 'addElements', set, element });
    }
  }
  const numbers = numbersIn(after);
  return {
    kind: 'changes',
    ruleset: after,
    transactions: [
      ...batches(early, options.maxElements),
      ...[[...grouped(atOnce), ...rules]].filter(({ length }) => length > 0),
      ...batches(late, options.maxElements),
    ],
    revokes: atOnce.some(mayDeny),
    retired: new Set([...numbersIn(before)].filter((number) => !numbers.has(number))),
  };
}

interface SetChange {
  readonly kind: 'deleteElements' | 'addElements';
  readonly set: ElementSet;
  readonly element: Element;
}

function keysInBoth(gone: readonly Element[], come: readonly Element[]): ReadonlySet<string> {
  const keys = new Set(gone.map(({ key }) => keyText(key)));
  return new Set(come.map(({ key }) => keyText(key)).filter((text) => keys.has(text)));
}

/** The rules that hold the generation, where they differ; `undefined` where anything else does. */
function ruleChanges(before: Ruleset, after: Ruleset): readonly Change[] | undefined {
  const same = (left: unknown, right: unknown): boolean =>
    JSON.stringify(left, plainly) === JSON.stringify(right, plainly);
  if (
    before.family !== after.family ||
    before.table !== after.table ||
    !same(before.sets, after.sets)
  )
    return undefined;
  if (!same(before.chains.map(shapeOf), after.chains.map(shapeOf))) return undefined;
  return after.chains.flatMap(({ name, rules }, index) =>
    rules.flatMap((rule, place): readonly Change[] =>
      same(rule, before.chains[index]?.rules[place])
        ? []
        : [{ kind: 'replaceRule', chain: name, place, rule }],
    ),
  );
}

function plainly(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** A chain without the generation in it. */
function shapeOf({ name, base, rules }: Chain): unknown {
  return { name, base, rules: rules.map(withoutGeneration) };
}

function withoutGeneration({ matches, actions, ...rest }: Rule): unknown {
  return {
    ...rest,
    matches: matches.map((match) =>
      match.kind === 'mark' && match.is === 'equal' ? { ...match, value: 0 } : match,
    ),
    actions: actions.map((action) =>
      action.kind === 'setMark' ? { ...action, value: 0 } : action,
    ),
  };
}

/** Whether a packet can come to look at an element: of rows, whether anyone has such a number. */
function canMeet(ruleset: Ruleset): (set: ElementSet, element: Element) => boolean {
  const numbers = numbersIn(ruleset);
  return ({ key: fields }, { key }) => {
    const number = key[fields.indexOf('identity')];
    return typeof number !== 'number' || number < FIRST_IDENTITY || numbers.has(number);
  };
}

function difference(
  before: Ruleset,
  after: Ruleset,
  set: string,
): { readonly gone: readonly Element[]; readonly come: readonly Element[] } {
  const byKey = (elements: readonly Element[]): ReadonlyMap<string, Element> =>
    new Map(elements.map((element) => [keyText(element.key), element]));
  const [was, is] = [before, after].map(({ elements }) => elements.get(set) ?? []);
  if (was === undefined || is === undefined || was === is) return { gone: [], come: [] };
  const [old, fresh] = [byKey(was), byKey(is)];
  // A comment alone is no reason to touch an element.
  const stays = (key: string, element: Element, others: ReadonlyMap<string, Element>): boolean =>
    others.has(key) && others.get(key)?.identity === element.identity;
  return {
    gone: [...old].filter(([key, element]) => !stays(key, element, fresh)).map(([, each]) => each),
    come: [...fresh].filter(([key, element]) => !stays(key, element, old)).map(([, each]) => each),
  };
}

/** What goes before what comes: a key can do both. */
function grouped(changes: readonly SetChange[]): Transaction {
  return (['deleteElements', 'addElements'] as const).flatMap((kind) => {
    const bySet = new Map<string, Element[]>();
    for (const { kind: other, set, element } of changes) {
      if (other !== kind) continue;
      const elements = bySet.get(set.name);
      if (elements === undefined) bySet.set(set.name, [element]);
      else elements.push(element);
    }
    return [...bySet].map(([set, elements]): Change => ({ kind, set, elements }));
  });
}

function batches(changes: readonly SetChange[], size: number): readonly Transaction[] {
  const count = Math.ceil(changes.length / size);
  return Array.from({ length: count }, (_, index) =>
    grouped(changes.slice(index * size, (index + 1) * size)),
  );
}

/** Sets whose elements only let something pass. */
const OPENING: ReadonlySet<string> = new Set(
  ['bound', 'ready', 'own_node', 'itself'].flatMap((name) => [`${name}4`, `${name}6`]),
);

/** Whether a change can turn what is allowed into what is denied. */
function mayDeny({ kind, set, element: { identity } }: SetChange): boolean {
  const comes = kind === 'addElements';
  if (OPENING.has(set.name)) return !comes;
  // Of rows, those that allow are missed when they go, and those that deny are felt when they come.
  if (set.key.includes('identity')) return comes ? identity === DENIED : identity === ALLOWED;
  // Subjects, ranges of pods and nodes close; with another identity a peer is another one.
  return set.kind === 'identityMap' || comes;
}
