import type { Action, Match } from '@ringfence/dataplane';
import type { RuleWorld } from './part.ts';
import type { Step } from './step.ts';

/** A rule that is being read. */
export interface Reading {
  readonly world: RuleWorld;
  readonly steps: readonly Step[];
  /** What is known to hold by now. */
  readonly held: ReadonlySet<string>;
}

/** What a part of a rule says, and where the next one begins. */
export interface FoundPart {
  readonly match?: Match;
  readonly action?: Action;
  /** What it needs to hold first. */
  readonly needs: readonly string[];
  readonly next: number;
}
