import { failed, formatPath, type Issue, ok, type Path, type Result } from '@ringfence/core';
import { nearestNames } from '../nearest.ts';
import { expected, type Format, gather, isMapping, type Schema } from './format.ts';

/** One field of a record: what it may hold, and what it means when it is not there. */
export type Field<T> =
  | { readonly presence: 'required'; readonly about: string; readonly format: Format<T> }
  | {
      readonly presence: 'optional';
      readonly about: string;
      readonly format: Format<T>;
      readonly absent: T;
    };

/** The value that a record of these fields is read as. */
export type RecordOf<F> = {
  readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never;
};

/** A field that must be there. `about` is the sentence that editors show. */
export function required<T>(about: string, format: Format<T>): Field<T> {
  return { presence: 'required', about, format };
}

/** A field that may be left out; it then reads as `absent`. */
export function optional<T>(about: string, format: Format<T>, absent: T): Field<T> {
  return { presence: 'optional', about, format, absent };
}

/** A mapping with these fields and no others. */
export function record<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
): Format<RecordOf<F>> {
  const names = Object.keys(fields);
  return {
    schema: recordSchema(fields),
    read(input, path) {
      if (!isMapping(input)) return expected('a mapping', input, path);
      const strangers = Object.keys(input).filter((key) => !names.includes(key));
      const unknown = strangers.map((key) => unknownField([...path, key], names));
      const read = gather(names.map((name) => readField(fields, name, input, path)));
      const issues = [...unknown, ...(read.kind === 'failed' ? read.error : [])];
      if (read.kind === 'failed' || issues.length > 0) return failed(issues);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field was read by its own format
      return ok(Object.fromEntries(read.value) as RecordOf<F>);
    },
  };
}

function readField(
  fields: Readonly<Record<string, Field<unknown>>>,
  name: string,
  input: Readonly<Record<string, unknown>>,
  path: Path,
): Result<readonly [string, unknown], readonly Issue[]> {
  const field = fields[name];
  if (field === undefined) throw new Error(`no field ${name}`);
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  if (value === undefined) {
    if (field.presence === 'optional') return ok([name, field.absent]);
    const message = `\`${name}\` is missing: ${asClause(field.about)}`;
    return failed([{ code: 'required', severity: 'error', path, at: 'value', message, hint: '' }]);
  }
  const read = field.format.read(value, [...path, name]);
  return read.kind === 'ok' ? ok([name, read.value]) : read;
}

/** A description as the end of a message: no capital, no full stop. */
function asClause(about: string): string {
  const [first = ''] = about;
  return `${first.toLowerCase()}${about.slice(1).replace(/\.$/u, '')}`;
}

function unknownField(path: Path, names: readonly string[]): Issue {
  const key = String(path.at(-1));
  const [nearest] = nearestNames(key, names, 1);
  const hint = nearest === undefined ? '' : `write \`${nearest}\``;
  const message = `unknown field "${formatPath(path)}", a field here is one of ${names.join(', ')}`;
  return { code: 'unknownField', severity: 'error', path, at: 'key', message, hint };
}

function recordSchema(fields: Readonly<Record<string, Field<unknown>>>): Schema {
  const entries = Object.entries(fields);
  const properties: Record<string, Schema> = {};
  for (const [name, field] of entries) {
    properties[name] = { description: field.about, ...field.format.schema };
  }
  const needed = entries.filter(([, field]) => field.presence === 'required').map(([name]) => name);
  return {
    type: 'object',
    properties,
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}
