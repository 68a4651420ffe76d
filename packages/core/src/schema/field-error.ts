import { formatPath, type Issue, type IssueCode, type Path } from '../issue.ts';
import { goQuote } from './go-quote.ts';

/** Where an issue is, and what to write instead (empty where nobody can know). */
export interface Fault {
  readonly path: Path;
  readonly hint?: string;
}

/** A value that is not allowed: `spec.x: Invalid value: "y": detail`. */
export function invalidValue(fault: Fault, value: unknown, detail: string): Issue {
  return fieldError('invalid', fault, `Invalid value: ${quote(value)}: ${detail}`);
}

/** A value that breaks a rule of a custom resource, which does not repeat the value. */
export function ruleBroken(fault: Fault, detail: string): Issue {
  return fieldError('invalid', fault, `Invalid value: ${detail}`);
}

/** A value outside the list of allowed ones. */
export function notSupported(fault: Fault, value: unknown, values: readonly string[]): Issue {
  const supported = values.map((each) => JSON.stringify(each)).join(', ');
  return fieldError(
    'notSupported',
    fault,
    `Unsupported value: ${quote(value)}: supported values: ${supported}`,
  );
}

/** A field that must be set. */
export function requiredValue(fault: Fault, detail = ''): Issue {
  return fieldError(
    'required',
    fault,
    detail === '' ? 'Required value' : `Required value: ${detail}`,
  );
}

/** A field that must not be set here. */
export function forbidden(fault: Fault, detail: string): Issue {
  return fieldError('forbidden', fault, `Forbidden: ${detail}`);
}

/** A value that a set holds twice. */
export function duplicateValue(fault: Fault, value: unknown): Issue {
  return fieldError('duplicateValue', fault, `Duplicate value: ${quote(value)}`);
}

/** A text with more than `most` bytes. */
export function tooLong(fault: Fault, most: number): Issue {
  return fieldError('tooLong', fault, `Too long: may not be more than ${most} bytes`);
}

/** A list or an object with more than `most` entries. */
export function tooMany(fault: Fault, count: number, most: number): Issue {
  return fieldError(
    'tooMany',
    fault,
    `Too many: ${count}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`,
  );
}

/** A value of another JSON type than the field's. */
export function typeMismatch(fault: Fault, value: unknown, expected: string): Issue {
  return fieldError(
    'typeMismatch',
    fault,
    `cannot unmarshal ${jsonTypeOf(value)} into a field of type ${expected}`,
  );
}

/** A field that the object does not have; `path` ends in its name. */
export function unknownField(fault: Fault): Issue {
  return {
    code: 'unknownField',
    severity: 'error',
    path: fault.path,
    at: 'key',
    message: `unknown field ${goQuote(formatPath(fault.path))}`,
    hint: fault.hint ?? '',
  };
}

/** A document that does not say what it is, in kubectl's words. */
export function notSet(field: 'apiVersion' | 'kind', hint: string): Issue {
  const message = `${field} not set`;
  return { code: 'notSet', severity: 'error', path: [field], at: 'value', message, hint };
}

/** Something that is accepted, but may not mean what it seems to. */
export function warning(code: IssueCode, fault: Fault, detail: string): Issue {
  return { ...fieldError(code, fault, detail), severity: 'warning' };
}

/** Whether the issue stands in the way of using the object. */
export function isError(issue: Issue): boolean {
  return issue.severity === 'error';
}

/** Writes a value as Kubernetes' messages do: texts in quotes, numbers bare, the rest as JSON. */
function quote(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? 'null');
}

function fieldError(code: IssueCode, fault: Fault, text: string): Issue {
  const field = formatPath(fault.path);
  return {
    code,
    severity: 'error',
    path: fault.path,
    at: 'value',
    message: field === '' ? text : `${field}: ${text}`,
    hint: fault.hint ?? '',
  };
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  if (type === 'boolean') return 'bool';
  return type === 'bigint' ? 'number' : type;
}

/** Whether something at a path, or inside it, could not be read: then what follows from it is not said. */
export function isUnreadable(issues: readonly Issue[], path: Path): boolean {
  return issues.some(
    ({ code, path: other }) =>
      (code === 'unknownField' || code === 'typeMismatch') &&
      path.every((step, index) => other[index] === step),
  );
}
