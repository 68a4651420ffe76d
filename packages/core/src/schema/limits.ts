import { formatPath, type Issue, type Path } from '../issue.ts';
import { invalidValue, notSupported, tooLong, tooMany } from './field-error.ts';
import { nearest } from './spelling.ts';
import type { Field } from './type.ts';

/** What a field's limits object to, in the words that custom resources' validation uses. */
export function limitIssue(field: Field, value: unknown, path: Path): Issue | undefined {
  if (typeof value === 'string') return textIssue(field, value, path);
  if (typeof value === 'number') return numberIssue(field, value, path);
  return Array.isArray(value) ? listIssue(field, value.length, path) : undefined;
}

function textIssue(field: Field, text: string, path: Path): Issue | undefined {
  if (field.maxLength !== undefined && countCharacters(text) > field.maxLength) {
    return tooLong({ path: [...path] }, field.maxLength);
  }
  if (field.values === undefined || field.values.includes(text)) return undefined;
  const hint = hintForValue(text, field.values);
  return notSupported({ path: [...path], hint }, text, field.values);
}

/** How long a text is where a custom resource's schema measures it: in code points. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** Says which of the allowed values was probably meant. */
export function hintForValue(text: string, values: readonly string[]): string {
  const meant = SYNONYMS.get(text.toLowerCase())?.find((each) => values.includes(each));
  const near = meant ?? nearest(text, values);
  if (near !== undefined) return `write \`${near}\``;
  return values.includes('TCP') && text !== ''
    ? 'rules name ports of TCP, UDP and SCTP only; a rule without ports allows every protocol'
    : '';
}

const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['allow', ['Accept']],
  ['accept', ['Allow']],
  ['drop', ['Deny']],
  ['reject', ['Deny']],
  ['block', ['Deny']],
]);

function numberIssue(field: Field, number: number, path: Path): Issue | undefined {
  const { minimum, maximum } = field;
  if (minimum !== undefined && number < minimum) {
    const detail = `should be greater than or equal to ${minimum}`;
    return invalidValue({ path: [...path] }, number, `${formatPath(path)} in body ${detail}`);
  }
  if (maximum !== undefined && number > maximum) {
    const detail = `should be less than or equal to ${maximum}`;
    return invalidValue({ path: [...path] }, number, `${formatPath(path)} in body ${detail}`);
  }
  return undefined;
}

function listIssue(field: Field, count: number, path: Path): Issue | undefined {
  if (field.maxItems !== undefined && count > field.maxItems) {
    return tooMany({ path: [...path] }, count, field.maxItems);
  }
  if (field.minItems !== undefined && count < field.minItems) {
    const detail = `should have at least ${field.minItems} items`;
    return invalidValue({ path: [...path] }, count, `${formatPath(path)} in body ${detail}`);
  }
  return undefined;
}
