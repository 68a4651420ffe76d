import type { Chain, ChainReference } from './chain.ts';
import type { SetElement } from './element.ts';
import type { NewNftRule, Placement, RuleReference } from './rule.ts';
import type { NftSet, SetReference } from './set.ts';
import type { Table, TableReference } from './table.ts';

/**
 * One step of a commit. What `add` finds there already stays or is updated; `create` is refused with
 * `EEXIST` then.
 */
export type Change = TableChange | ChainChange | RuleChange | SetChange | ElementsChange;

/** A step about a table. */
export type TableChange =
  | { readonly kind: 'addTable' | 'createTable'; readonly table: Table }
  | { readonly kind: 'deleteTable'; readonly table: TableReference }
  /** Deletes the rules of all its chains, and nothing else. */
  | { readonly kind: 'flushTable'; readonly table: TableReference };

/** A step about a chain. */
export type ChainChange =
  | { readonly kind: 'addChain' | 'createChain'; readonly chain: Chain }
  | { readonly kind: 'deleteChain'; readonly chain: ChainReference }
  /** Deletes its rules. */
  | { readonly kind: 'flushChain'; readonly chain: ChainReference };

/** A step about a rule. */
export type RuleChange =
  | { readonly kind: 'addRule'; readonly rule: NewNftRule; readonly at: Placement }
  /** The new one has the old one's place; not every kernel gives it the old one's handle. */
  | { readonly kind: 'replaceRule'; readonly rule: NewNftRule; readonly handle: number }
  | { readonly kind: 'deleteRule'; readonly rule: RuleReference };

/** A step about a set. */
export type SetChange =
  | {
      readonly kind: 'addSet' | 'createSet';
      readonly set: NftSet;
      /** For anonymous sets: a number of one's own, below 65536, by which later steps name it. */
      readonly id?: number;
    }
  | { readonly kind: 'deleteSet'; readonly set: SetReference }
  /** Deletes its elements. */
  | { readonly kind: 'flushSet'; readonly set: SetReference };

/** A step about elements of a set. */
export type ElementsChange =
  | {
      readonly kind: 'addElements' | 'createElements';
      readonly set: SetReference;
      /** For anonymous sets: the number that the step has which makes it. */
      readonly setId?: number;
      readonly elements: readonly SetElement[];
    }
  | {
      readonly kind: 'deleteElements';
      readonly set: SetReference;
      readonly elements: readonly SetElement[];
    };
