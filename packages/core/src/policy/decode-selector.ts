import type { Issue, Path } from '../issue.ts';
import { labelIssues } from '../objects/meta.ts';
import type { Wire } from '../schema/definitions.ts';
import { forbidden, invalidValue, requiredValue } from '../schema/field-error.ts';
import { labelKeyProblems, labelValueProblems } from '../schema/label-syntax.ts';
import type { Reading } from '../schema/read.ts';
import { nearest } from '../schema/spelling.ts';
import type { LabelRequirement, LabelSelector } from '../selectors/label-selector.ts';

/** How strictly a selector is read, where it stands, and where complaints go. */
export interface SelectorContext {
  readonly path: Path;
  readonly reading: Reading;
  readonly issues: Issue[];
}

/**
 * Decodes a label selector. An absent one selects everything: callers for whom absence means
 * something else do not call.
 *
 * Stored selectors may hold labels that no server takes any more; they are read as they are.
 */
export function decodeSelector(
  wire: Wire<'LabelSelector'> | undefined,
  context: SelectorContext,
): LabelSelector {
  const requirements: LabelRequirement[] = [];
  const labels = wire?.matchLabels ?? new Map<string, string>();
  if (context.reading === 'strict') {
    const found = labelIssues(labels, [...context.path, 'matchLabels']);
    for (const issue of found) context.issues.push(issue);
  }
  for (const [key, value] of labels) {
    requirements.push({ kind: 'in', key, values: new Set([value]) });
  }
  for (const [index, expression] of (wire?.matchExpressions ?? []).entries()) {
    const path = [...context.path, 'matchExpressions', index];
    const requirement = decodeRequirement(expression, { ...context, path });
    if (requirement !== undefined) requirements.push(requirement);
  }
  return requirements;
}

function decodeRequirement(
  { key = '', operator = '', values = [] }: Wire<'LabelSelectorRequirement'>,
  context: SelectorContext,
): LabelRequirement | undefined {
  const { path, issues } = context;
  const requirement = requirementOf(operator, key, new Set(values));
  if (requirement === undefined) {
    const fault = { path: [...path, 'operator'], hint: hintForOperator(operator) };
    issues.push(invalidValue(fault, operator, 'not a valid selector operator'));
  } else {
    validateValues(operator, values, context);
  }
  if (context.reading === 'strict') validateSyntax(key, values, context);
  return requirement;
}

function requirementOf(
  operator: string,
  key: string,
  values: ReadonlySet<string>,
): LabelRequirement | undefined {
  switch (operator) {
    case 'In':
      return { kind: 'in', key, values };
    case 'NotIn':
      return { kind: 'notIn', key, values };
    case 'Exists':
      return { kind: 'exists', key };
    case 'DoesNotExist':
      return { kind: 'doesNotExist', key };
    default:
      return undefined;
  }
}

function validateValues(
  operator: string,
  values: readonly string[],
  { path, issues }: SelectorContext,
): void {
  const takesValues = operator === 'In' || operator === 'NotIn';
  const fault = { path: [...path, 'values'] };
  if (takesValues && values.length === 0) {
    issues.push(requiredValue(fault, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if (!takesValues && values.length > 0) {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    const hint =
      operator === 'Exists'
        ? 'remove `values`, or write `operator: In`'
        : 'remove `values`, or write `operator: NotIn`';
    issues.push(forbidden({ ...fault, hint }, detail));
  }
}

function validateSyntax(
  key: string,
  values: readonly string[],
  { path, issues }: SelectorContext,
): void {
  for (const problem of labelKeyProblems(key)) {
    issues.push(invalidValue({ path: [...path, 'key'] }, key, problem));
  }
  for (const [index, value] of values.entries()) {
    for (const problem of labelValueProblems(value)) {
      issues.push(invalidValue({ path: [...path, 'values', index] }, value, problem));
    }
  }
}

function hintForOperator(operator: string): string {
  const meant =
    OPERATOR_SYNONYMS.get(operator.toLowerCase()) ??
    nearest(operator, ['In', 'NotIn', 'Exists', 'DoesNotExist']);
  return meant === undefined
    ? 'write `In`, `NotIn`, `Exists` or `DoesNotExist`'
    : `write \`${meant}\``;
}

const OPERATOR_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['equals', 'In'],
  ['equal', 'In'],
  ['=', 'In'],
  ['==', 'In'],
  ['notequals', 'NotIn'],
  ['notequal', 'NotIn'],
  ['!=', 'NotIn'],
  ['exist', 'Exists'],
  ['notexists', 'DoesNotExist'],
  ['doesnotexists', 'DoesNotExist'],
]);
