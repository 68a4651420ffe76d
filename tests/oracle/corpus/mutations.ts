/** A JSON value that can be looked into. */
export type Json = string | number | boolean | null | readonly Json[] | JsonMap;

/** A JSON object. */
export interface JsonMap {
  readonly [name: string]: Json;
}

/**
 * Every way in which one place of a value can be wrong: of each other JSON type, null, empty, absent,
 * misspelt in case, and with an unknown field beside it.
 */
export function* mutations(value: Json): Generator<Json> {
  if (isList(value)) {
    for (const [index, item] of value.entries()) {
      for (const replacement of replacements(item)) yield value.with(index, replacement);
      for (const mutated of mutations(item)) yield value.with(index, mutated);
    }
    return;
  }
  if (!isMap(value)) return;
  yield { ...value, unknown: 1 };
  for (const [name, entry] of Object.entries(value)) {
    const { [name]: _, ...rest } = value;
    yield rest;
    yield { ...rest, [name.charAt(0).toUpperCase() + name.slice(1)]: entry };
    yield { ...rest, [name.toLowerCase()]: entry };
    for (const replacement of replacements(entry)) yield { ...value, [name]: replacement };
    for (const mutated of mutations(entry)) yield { ...value, [name]: mutated };
  }
}

/** A value of every JSON type, empty and not. */
export const REPLACEMENTS: readonly Json[] = [null, '', 'x', 0, 1.5, true, [], [null], {}];

function replacements(value: Json): readonly Json[] {
  const written = JSON.stringify(value);
  return REPLACEMENTS.filter((each) => JSON.stringify(each) !== written);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: Json): value is JsonMap {
  return typeof value === 'object' && value !== null && !isList(value);
}
