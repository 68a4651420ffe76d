import type { Evaluation, Family, Protocol, Verdict } from '@ringfence/core';
import type { LocatedIssue, Place } from '@ringfence/kube';
import type { Locate } from './read-objects.ts';

/** What became of one file of expectations. */
export interface FileResult {
  readonly file: string;
  /** The scenario's title; the file's name where it has none. */
  readonly title: string;
  /** Why the file could not be used; it then has no checks. */
  readonly issues: readonly LocatedIssue[];
  readonly checks: readonly CheckResult[];
}

/** One check: an entry of `connections`, or a complaint that reading the manifests must give. */
export interface CheckResult {
  readonly name: string;
  /** The step after which it was made; empty before the first one. */
  readonly step: string;
  readonly place: Place;
  /** Empty where the file gives no reason. */
  readonly because: string;
  readonly outcome: Outcome;
}

export type Outcome =
  /** `questions`: how many connections the check stands for. */
  | { readonly kind: 'passed'; readonly questions: number }
  | {
      readonly kind: 'failed';
      readonly questions: number;
      readonly mismatches: readonly Mismatch[];
      /** What is wrong beside connections, as whole texts. */
      readonly details: readonly string[];
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** The check cannot be made as it is written: bad input. */
  | { readonly kind: 'broken'; readonly message: string };

/** A connection whose verdict is not the expected one. */
export interface Mismatch {
  readonly question: QuestionText;
  readonly want: Verdict;
  readonly got: Verdict;
  /** Why the meaning of the policies is what it is, whichever engine answered. */
  readonly evaluation: Evaluation;
  readonly locate: Locate;
}

/** A connection as people name it. */
export interface QuestionText {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol | 'other';
  /** 0 for `other`. */
  readonly port: number;
  readonly family: Family | 'any';
}

/** How many checks came to which end. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Checks and files that cannot be used as they are. */
  readonly broken: number;
  readonly questions: number;
}

/** Counts the checks of some files. */
export function tallyOf(results: readonly FileResult[]): Tally {
  const outcomes = results.flatMap(({ checks }) => checks.map(({ outcome }) => outcome));
  const count = (kind: Outcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === kind).length;
  const unusable = results.filter(({ issues }) => issues.length > 0).length;
  const questions = outcomes.map((outcome) => ('questions' in outcome ? outcome.questions : 0));
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    broken: count('broken') + unusable,
    questions: questions.reduce((sum, each) => sum + each, 0),
  };
}

/** Writes a connection: `shop/web -> shop/db TCP/5432 IPv4`. */
export function formatQuestion({ from, to, protocol, port, family }: QuestionText): string {
  const what = protocol === 'other' ? 'other protocols' : `${protocol}/${port}`;
  return `${from} -> ${to} ${what}${family === 'any' ? '' : ` ${family}`}`;
}

/** A check's name, and the step that it comes after. */
export function titleOf({ name, step }: CheckResult): string {
  return step === '' || step === name ? name : `${name} (after: ${step})`;
}
