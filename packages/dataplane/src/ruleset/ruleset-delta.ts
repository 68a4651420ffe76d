import type { Element, ElementSet } from './ruleset.ts';

/** What has to be done to the elements of one set. A key may go and come: with another identity. */
export interface ElementsDelta {
  readonly set: ElementSet;
  readonly gone: readonly Element[];
  readonly come: readonly Element[];
}

/** What changes of a ruleset beside its generation. */
export interface RulesetDelta {
  /** In the order of the sets; none for a set that stays as it is. */
  readonly elements: readonly ElementsDelta[];
  /** Numbers of peers that nobody had before: rows that speak of them are met by no packet yet. */
  readonly newNumbers: ReadonlySet<number>;
  /** Numbers of peers that nobody has any more: no packet meets the rows that spoke of them. */
  readonly oldNumbers: ReadonlySet<number>;
}
