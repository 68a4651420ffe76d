import { failed, type Issue, type IssueCode, ok, type Path, type Result } from '@ringfence/core';

/**
 * What one value of a file may be: how it is read, and the JSON Schema that says the same.
 *
 * One description serves both, so that an editor and the reader never disagree. Reading reports
 * every issue at once, each with the path of the value that is at fault.
 */
export interface Format<T> {
  readonly schema: Schema;
  read(input: unknown, path: Path): Result<T, readonly Issue[]>;
}

/** A JSON Schema (2020-12), as far as these formats need one. */
export interface Schema {
  readonly [keyword: string]: SchemaValue;
}

type SchemaValue = string | number | boolean | readonly SchemaValue[] | Schema;

/** Any text but the empty one. */
export function text(): Format<string> {
  return {
    schema: { type: 'string', minLength: 1 },
    read(input, path) {
      if (typeof input !== 'string') return expected('a string', input, path);
      if (input === '') return wrong('required', path, 'must not be empty');
      return ok(input);
    },
  };
}

/** Text of one shape; `shape` finishes "must be". */
export function patterned(pattern: RegExp, shape: string): Format<string> {
  return {
    schema: { type: 'string', pattern: pattern.source },
    read(input, path) {
      if (typeof input !== 'string') return expected('a string', input, path);
      return pattern.test(input)
        ? ok(input)
        : wrong('invalid', path, `must be ${shape}, got \`${input}\``);
    },
  };
}

/** A whole number, `least`..`most` inclusive. */
export function whole(least: number, most: number): Format<number> {
  return {
    schema: { type: 'integer', minimum: least, maximum: most },
    read(input, path) {
      if (typeof input !== 'number') return expected('a number', input, path, unquoted(input));
      if (!Number.isInteger(input) || input < least || input > most) {
        const range = `must be a whole number between ${least} and ${most}, inclusive`;
        return wrong('invalid', path, `${range}, got \`${input}\``);
      }
      return ok(input);
    },
  };
}

function unquoted(input: unknown): string {
  return typeof input === 'string' && /^\d+$/.test(input)
    ? `write \`${input}\`, without quotes`
    : '';
}

/** One of a few words, spelled exactly so. */
export function choice<const W extends readonly string[]>(words: W): Format<W[number]> {
  return {
    schema: { type: 'string', enum: words },
    read(input, path) {
      const word = words.find((candidate) => candidate === input);
      if (word !== undefined) return ok<W[number]>(word);
      if (typeof input !== 'string') return expected('a string', input, path);
      const supported = words.map((candidate) => `\`${candidate}\``).join(', ');
      const meant = words.find((candidate) => candidate.toLowerCase() === input.toLowerCase());
      const hint = meant === undefined ? '' : `write \`${meant}\``;
      return wrong('notSupported', path, `must be one of ${supported}, got \`${input}\``, hint);
    },
  };
}

/** A list of any length. */
export function list<T>(items: Format<T>): Format<readonly T[]> {
  return {
    schema: { type: 'array', items: items.schema },
    read(input, path) {
      if (!Array.isArray(input)) return expected('a list', input, path);
      return gather(input.map((item, index) => items.read(item, [...path, index])));
    },
  };
}

/** A single value, or a list of at least one. */
export function oneOrMore<T>(items: Format<T>): Format<readonly T[]> {
  const many = list(items);
  return {
    schema: { oneOf: [items.schema, { ...many.schema, minItems: 1 }] },
    read(input, path) {
      if (Array.isArray(input)) {
        if (input.length === 0) return wrong('required', path, 'must not be an empty list');
        return many.read(input, path);
      }
      const single = items.read(input, path);
      return single.kind === 'ok' ? ok([single.value]) : single;
    },
  };
}

/** A mapping whose keys the writer chooses. */
export function mapping<T>(values: Format<T>): Format<ReadonlyMap<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: values.schema },
    read(input, path) {
      if (!isMapping(input)) return expected('a mapping', input, path);
      const entries = Object.entries(input).map(([key, value]) => {
        const read = values.read(value, [...path, key]);
        return read.kind === 'ok' ? ok([key, read.value] as const) : read;
      });
      const gathered = gather(entries);
      return gathered.kind === 'ok' ? ok(new Map(gathered.value)) : gathered;
    },
  };
}

/** The same value, with words that an editor shows beside it. */
export function described<T>(description: string, format: Format<T>): Format<T> {
  return { ...format, schema: { description, ...format.schema } };
}

/** Whether a value is what YAML and JSON call a mapping. */
export function isMapping(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** All values, or everything that is wrong with any of them. */
export function gather<T>(
  results: readonly Result<T, readonly Issue[]>[],
): Result<readonly T[], readonly Issue[]> {
  const values: T[] = [];
  const issues: Issue[] = [];
  for (const result of results) {
    if (result.kind === 'ok') values.push(result.value);
    else for (const issue of result.error) issues.push(issue);
  }
  return issues.length === 0 ? ok(values) : failed(issues);
}

/** A value of another type than the format wants. */
export function expected(
  want: string,
  input: unknown,
  path: Path,
  hint = '',
): Result<never, readonly Issue[]> {
  return wrong('typeMismatch', path, `must be ${want}, got ${typeName(input)}`, hint);
}

/** A value that cannot be taken; the message finishes "this value". */
export function wrong(
  code: IssueCode,
  path: Path,
  message: string,
  hint = '',
): Result<never, readonly Issue[]> {
  return failed([{ code, severity: 'error', path, at: 'value', message, hint }]);
}

function typeName(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (isMapping(input)) return 'a mapping';
  // YAML knows numbers that JSON has no words for.
  const written = typeof input === 'number' ? String(input) : JSON.stringify(input);
  return `the ${typeof input} \`${written}\``;
}
