import { asField, DEFINITIONS, type Field, type Type } from '@ringfence/core';
import type { Shape } from './shape.ts';

/**
 * The shape of a kind's objects, as core's schema tells it.
 *
 * Undefined for kinds of which not every field is described: where a line belongs is certain only
 * if everything that could take it is known.
 */
export function shapeOf(kind: string): Shape | undefined {
  const definition = Object.hasOwn(DEFINITIONS, kind) ? DEFINITIONS[kind] : undefined;
  if (definition === undefined || definition.open === true) return undefined;
  const { fields } = definition;
  return {
    kind: 'fields',
    fieldOf(name) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return field === undefined ? undefined : shapeOfField(field);
    },
  };
}

function shapeOfField(field: Type | Field): Shape | undefined {
  const { type } = asField(field);
  if (typeof type === 'string') return SCALARS.has(type) ? { kind: 'scalar' } : shapeOf(type);
  // Not by `map`, which every list has as well.
  if (!('0' in type)) return { kind: 'labels' };
  const item = shapeOfField(type[0]);
  return item && { kind: 'list', item };
}

const SCALARS: ReadonlySet<string> = new Set([
  'string',
  'boolean',
  'int32',
  'int64',
  'intOrString',
  'time',
]);
