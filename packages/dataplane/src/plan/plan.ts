import { FIRST_IDENTITY } from '../ruleset/numbers.ts';
import type { Element, ElementSet, Ruleset } from '../ruleset/ruleset.ts';
import type { ElementsDelta, RulesetDelta } from '../ruleset/ruleset-delta.ts';
import { difference } from './difference.ts';
import { mayDeny } from './may-deny.ts';
import type { Transaction } from './transaction.ts';

/**
 * The transactions of a change, in order: at every moment each packet gets the verdict of before or
 * of afterwards.
 */
export interface Plan {
  /** Bring rows that no packet meets yet. */
  readonly early: readonly Transaction[];
  /** Changes what packets see; `undefined` where they see no difference. */
  readonly atOnce: Transaction | undefined;
  /**
   * Take rows that no packet meets any more. They have time: a packet that is on its way while the
   * change is made may still look for them.
   */
  readonly late: readonly Transaction[];
}

/** How a plan is made. */
export interface PlanOptions {
  /** How many elements a transaction has at most, unless more must change at once. */
  readonly maxElements: number;
}

/** Plans the way from one ruleset of a node to another one of the same layout. */
export function plan(before: Ruleset, after: Ruleset, options: PlanOptions): Plan {
  return planOf(difference(before, after), options);
}

/** Plans a change whose extent is known. */
export function planOf(delta: RulesetDelta, { maxElements }: PlanOptions): Plan {
  const { elements, newNumbers, oldNumbers } = delta;
  if (newNumbers.size === 0 && oldNumbers.size === 0) {
    return { early: [], atOnce: atOnceOf(elements), late: [] };
  }
  const speaksOf = (set: ElementSet, { key }: Element, numbers: ReadonlySet<number>): boolean => {
    const number = key[set.key.indexOf('identity')];
    return typeof number === 'number' && number >= FIRST_IDENTITY && numbers.has(number);
  };
  const early: ElementsDelta[] = [];
  const atOnce: ElementsDelta[] = [];
  const late: ElementsDelta[] = [];
  for (const { set, gone, come } of elements) {
    const isEarly = (element: Element): boolean => speaksOf(set, element, newNumbers);
    const isLate = (element: Element): boolean => speaksOf(set, element, oldNumbers);
    push(early, { set, gone: [], come: come.filter(isEarly) });
    push(late, { set, gone: gone.filter(isLate), come: [] });
    push(atOnce, {
      set,
      gone: gone.filter((element) => !isLate(element)),
      come: come.filter((element) => !isEarly(element)),
    });
  }
  return {
    early: batches(early, maxElements),
    atOnce: atOnceOf(atOnce),
    late: batches(late, maxElements),
  };
}

function atOnceOf(elements: readonly ElementsDelta[]): Transaction | undefined {
  return elements.length === 0 ? undefined : { elements, revokes: mayDeny(elements) };
}

function push(to: ElementsDelta[], delta: ElementsDelta): void {
  if (delta.gone.length + delta.come.length > 0) to.push(delta);
}

function batches(deltas: readonly ElementsDelta[], size: number): readonly Transaction[] {
  const result: Transaction[] = [];
  let batch: ElementsDelta[] = [];
  let room = size;
  for (const { set, gone, come } of deltas) {
    // Of these only one kind goes or comes.
    const all = gone.length > 0 ? gone : come;
    for (let from = 0; from < all.length; ) {
      const part = all.slice(from, from + room);
      batch.push(gone.length > 0 ? { set, gone: part, come: [] } : { set, gone: [], come: part });
      from += part.length;
      room -= part.length;
      if (room > 0) continue;
      result.push({ elements: batch, revokes: false });
      batch = [];
      room = size;
    }
  }
  if (batch.length > 0) result.push({ elements: batch, revokes: false });
  return result;
}
