import { failed, type Issue, ok, type Result } from '@ringfence/core';
import {
  type LocatedDocument,
  type LocatedIssue,
  readDocuments,
  type Source,
} from '@ringfence/kube';
import { type Format, isMapping } from './format.ts';
import { NETASSERT, type NetAssertTest } from './netassert-format.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIO } from './scenario-format.ts';

/** A file of expectations, and where in it everything was written. */
export type ExpectationFile = ScenarioFile | NetAssertFile;

export interface ScenarioFile {
  readonly kind: 'scenario';
  readonly file: string;
  readonly document: LocatedDocument;
  readonly scenario: Scenario;
}

export interface NetAssertFile {
  readonly kind: 'netassert';
  readonly file: string;
  readonly document: LocatedDocument;
  readonly tests: readonly NetAssertTest[];
}

/** What a file's first document shows it to be. */
export type FileKind = 'scenario' | 'netassert' | 'other';

/** Tells a file of expectations from other YAML, such as the manifests that lie beside it. */
export function fileKindOf(source: Source): FileKind {
  const documents = readDocuments(source);
  const kind = kindOf(documents);
  const isBroken = documents.some(({ issues }) => issues.length > 0);
  return kind === 'other' && isBroken ? kindOfText(source.text) : kind;
}

/** What broken YAML was meant to be: expectations that cannot be read must not go unnoticed. */
function kindOfText(text: string): FileKind {
  if (/^["']?scenario["']?[ \t]*:/mu.test(text)) return 'scenario';
  return /^[ \t]+k8sResource[ \t]*:/mu.test(text) ? 'netassert' : 'other';
}

/**
 * Reads a scenario, or a NetAssert file: a list of tests.
 *
 * @returns everything that is wrong with it, each in its place.
 */
export function readExpectations(source: Source): Result<ExpectationFile, readonly LocatedIssue[]> {
  const documents = readDocuments(source);
  const [document, extra] = documents;
  const syntax = documents.flatMap(({ issues }) => issues);
  if (syntax.length > 0) return failed(syntax);
  if (document === undefined) return failed([emptyFile(source.name)]);
  if (extra !== undefined) return failed([locate(extra, ONE_DOCUMENT)]);
  const file = source.name;
  if (kindOf(documents) === 'netassert') {
    const tests = readAs(NETASSERT, document);
    return tests.kind === 'ok'
      ? ok({ kind: 'netassert', file, document, tests: tests.value })
      : tests;
  }
  const scenario = readAs(SCENARIO, document);
  if (scenario.kind === 'failed') return scenario;
  return ok({ kind: 'scenario', file, document, scenario: scenario.value });
}

const ONE_DOCUMENT: Issue = {
  code: 'invalid',
  severity: 'error',
  path: [],
  at: 'value',
  message: 'a file holds one scenario, this is a second document',
  hint: 'put it into a file of its own',
};

function emptyFile(file: string): LocatedIssue {
  const message = 'the file is empty: a scenario begins with `scenario: TITLE`';
  const issue: Issue = { ...ONE_DOCUMENT, message, hint: '' };
  return { ...issue, place: { file, line: 1, column: 1 }, excerpt: '', object: undefined };
}

function kindOf([document]: readonly LocatedDocument[]): FileKind {
  const value = document?.value;
  if (isMapping(value)) return Object.hasOwn(value, 'scenario') ? 'scenario' : 'other';
  if (!Array.isArray(value)) return 'other';
  const first: unknown = value[0];
  return isMapping(first) && (Object.hasOwn(first, 'src') || Object.hasOwn(first, 'dst'))
    ? 'netassert'
    : 'other';
}

function readAs<T>(
  format: Format<T>,
  document: LocatedDocument,
): Result<T, readonly LocatedIssue[]> {
  const read = format.read(document.value ?? {}, []);
  return read.kind === 'ok' ? read : failed(read.error.map((issue) => locate(document, issue)));
}

function locate(document: LocatedDocument, issue: Issue): LocatedIssue {
  return document.locate(issue, { base: [], object: undefined });
}
