import { expect, test } from 'vitest';
import { DEFINITIONS } from './definitions.ts';
import { KINDS } from './kinds.ts';
import { asField, isListType, type Type } from './type.ts';

const SCALARS = ['string', 'boolean', 'int32', 'int64', 'intOrString', 'time', 'anything'];

function leaves(type: Type): readonly string[] {
  if (typeof type === 'string') return [type];
  return isListType(type) ? leaves(type[0]) : leaves(type.map);
}

test('every type that a field names is described', () => {
  const named = Object.values(DEFINITIONS).flatMap(({ fields }) =>
    Object.values(fields).flatMap((field) => leaves(asField(field).type)),
  );
  const known = new Set([...SCALARS, ...Object.keys(DEFINITIONS)]);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('every definition is a kind, or part of one', () => {
  const reached = new Set<string>(Object.keys(KINDS));
  for (const name of reached) {
    const definition = DEFINITIONS[name];
    for (const field of Object.values(definition?.fields ?? {})) {
      for (const leaf of leaves(asField(field).type)) reached.add(leaf);
    }
  }
  expect(Object.keys(DEFINITIONS).filter((name) => !reached.has(name))).toEqual([]);
  expect(Object.keys(KINDS).filter((name) => !Object.hasOwn(DEFINITIONS, name))).toEqual([]);
});

test('a default is one of the values that its field may have', () => {
  for (const { fields } of Object.values(DEFINITIONS)) {
    for (const field of Object.values(fields).map(asField)) {
      if (field.default === undefined || field.values === undefined) continue;
      expect(field.values).toContain(field.default);
    }
  }
});
