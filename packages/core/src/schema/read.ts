import type { Issue, Path } from '../issue.ts';
import { DEFINITIONS, type DefinitionName, type Wire } from './definitions.ts';
import { requiredValue, typeMismatch, unknownField, warning } from './field-error.ts';
import { limitIssue } from './limits.ts';
import { isObject, type JsonObject } from './json-object.ts';
import { readScalar } from './scalar.ts';
import { type Definition, type Field, isListType, type Type } from './type.ts';
import { unionIssue } from './union.ts';
import { type Enclosing, hintForUnknownField } from './unknown-field-hint.ts';

/** `strict` as a server takes new objects, `stored` as it keeps old ones. */
export type Reading = 'strict' | 'stored';

/** How strictly to read, where the value stands in its object, and where complaints go. */
export interface ReadContext {
  readonly reading: Reading;
  readonly path: Path;
  readonly issues: Issue[];
}

/**
 * Reads a value as its table describes it: checks types and unknown fields, fills in defaults.
 *
 * Null is absent, as in Kubernetes; an absent list, map or object is `undefined`. What cannot be
 * read is absent too, and an issue says so; a list keeps its length, so that positions stay true.
 */
export function read<Name extends DefinitionName>(
  name: Name,
  value: unknown,
  context: ReadContext,
): Wire<Name>;
export function read(name: DefinitionName, value: unknown, context: ReadContext): unknown {
  const custom = DEFINITIONS[name]?.custom === true;
  const walk: Walk = { ...context, custom, path: [...context.path], enclosing: [] };
  return readObject(name, value, walk);
}

/** One reading under way; `path` and `enclosing` follow it down and up again. */
interface Walk {
  readonly reading: Reading;
  readonly custom: boolean;
  readonly issues: Issue[];
  readonly path: (string | number)[];
  readonly enclosing: Enclosing[];
}

function readObject(name: string, value: unknown, walk: Walk): JsonObject {
  const definition = DEFINITIONS[name];
  if (definition === undefined) throw new Error(`no definition ${name}`);
  const object = value === null || value === undefined ? {} : value;
  if (!isObject(object)) {
    const hint =
      Array.isArray(object) && object.length === 1 ? 'remove the dash: this is no list' : '';
    walk.issues.push(typeMismatch({ path: [...walk.path], hint }, value, name));
    return {};
  }
  walk.enclosing.push({ definition: name, depth: walk.path.length });
  if (definition.open !== true) reportUnknownFields(object, definition, walk);
  const result: Record<string, unknown> = {};
  for (const field in definition.fields) {
    walk.path.push(field);
    result[field] = readField(definition.fields[field] ?? 'anything', object[field], walk);
    walk.path.pop();
  }
  const issue = unionIssue(definition, object, walk.path);
  if (issue !== undefined) walk.issues.push(issue);
  walk.enclosing.pop();
  return result;
}

function reportUnknownFields(object: JsonObject, definition: Definition, walk: Walk): void {
  const passed = walk.reading === 'stored' ? definition.passedWhenStored : undefined;
  if (passed === '*') return;
  for (const name of Object.keys(object)) {
    if (Object.hasOwn(definition.fields, name) || passed?.includes(name) === true) continue;
    const path = [...walk.path, name];
    walk.issues.push(unknownField({ path, hint: hintForUnknownField(path, walk.enclosing) }));
  }
}

function readField(field: Type | Field, value: unknown, walk: Walk): unknown {
  const absent = value === null || value === undefined;
  if (typeof field === 'string' || !('type' in field)) {
    return absent ? undefined : readPresent(field, value, walk);
  }
  if (absent) {
    if (field.required === true && !isMisspelt(walk)) {
      walk.issues.push(requiredValue({ path: [...walk.path] }));
    }
    return field.default;
  }
  if (field.emptyIsDefault === true && value === '') return field.default;
  const result = readPresent(field.type, value, walk) ?? field.default;
  // Of what should be a list, and is none, the length does not matter.
  if (isListType(field.type) && !Array.isArray(value)) return result;
  const issue = limitIssue(field, result, walk.path);
  if (issue === undefined) return result;
  walk.issues.push(issue);
  return typeof result === 'object' ? result : field.default;
}

/** Whether an unknown field beside this one was probably meant to be it: then it is not missing too. */
function isMisspelt({ path, issues }: Walk): boolean {
  const parent = path.slice(0, -1);
  return issues.some(
    ({ code, path: other, hint }) =>
      code === 'unknownField' &&
      other.length === path.length &&
      parent.every((step, index) => other[index] === step) &&
      hint.startsWith(`write \`${String(path.at(-1))}\``),
  );
}

/** Reads a value that is not null; undefined where a scalar cannot be read. */
function readPresent(type: Type, value: unknown, walk: Walk): unknown {
  // Most of what there is.
  if (type === 'string' && typeof value === 'string') return value;
  if (typeof type !== 'string') {
    return isListType(type) ? readList(type[0], value, walk) : readMap(type.map, value, walk);
  }
  if (Object.hasOwn(DEFINITIONS, type)) return readObject(type, value, walk);
  const scalar = readScalar(type, value);
  if (scalar.kind === 'ok') return scalar.value;
  const { expected, hint } = scalar.error;
  walk.issues.push(typeMismatch({ path: [...walk.path], hint }, value, expected));
  return undefined;
}

function readList(type: Type, value: unknown, walk: Walk): readonly unknown[] {
  if (!Array.isArray(value)) {
    const hint = 'write a list: every item starts with a dash';
    walk.issues.push(typeMismatch({ path: [...walk.path], hint }, value, `[]${nameOf(type)}`));
    return [];
  }
  const items: unknown[] = [];
  let index = 0;
  for (const item of value) {
    walk.path.push(index);
    items.push(
      item === null ? readNull(type, walk) : (readPresent(type, item, walk) ?? zero(type, walk)),
    );
    walk.path.pop();
    index += 1;
  }
  return items;
}

/** A null item is the type's zero value, as in Go; custom resources refuse it. */
function readNull(type: Type, walk: Walk): unknown {
  if (!walk.custom) return zero(type, walk);
  walk.issues.push(
    typeMismatch({ path: [...walk.path], hint: 'remove the item' }, null, nameOf(type)),
  );
  return typeof type === 'string' && Object.hasOwn(DEFINITIONS, type) ? {} : zero(type, walk);
}

function readMap(type: Type, value: unknown, walk: Walk): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  if (!isObject(value)) {
    const hint = Array.isArray(value) ? 'write `key: value` without a dash' : '';
    walk.issues.push(
      typeMismatch({ path: [...walk.path], hint }, value, `map[string]${nameOf(type)}`),
    );
    return entries;
  }
  for (const key of Object.keys(value)) {
    const entry = value[key];
    walk.path.push(key);
    if (entry === null && walk.custom) {
      const detail = 'a custom resource loses a key that has no value';
      walk.issues.push(
        warning('ambiguous', { path: [...walk.path], hint: 'write a value' }, detail),
      );
      walk.path.pop();
      continue;
    }
    const result = entry === null ? zero(type, walk) : readPresent(type, entry, walk);
    if (result !== undefined) entries.set(key, result);
    walk.path.pop();
  }
  return entries;
}

function zero(type: Type, walk: Walk): unknown {
  if (typeof type !== 'string') return [];
  if (Object.hasOwn(DEFINITIONS, type)) return readObject(type, null, walk);
  return type === 'string' ? '' : 0;
}

function nameOf(type: Type): string {
  if (typeof type === 'string') return type;
  return isListType(type) ? 'list' : 'map';
}
