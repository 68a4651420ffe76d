import type { Buffer } from 'node:buffer';
import { attributesIn } from '../../codec/attributes.ts';
import type { Writer } from '../../codec/writer.ts';
import type { Fields } from '../fields.ts';
import { unreachable } from '../unreachable.ts';
import { type Counter, readCounter, writeCounter } from './counter.ts';
import { NFTA_LIST_ELEM, readFrame, writeFrame } from './frame.ts';
import { type Limit, readLimit, writeLimit } from './limit.ts';
import { type Unknown, writeUnknown } from './unknown.ts';

/** An expression that remembers, so that each element of a set may have its own. */
export type StatefulExpression = Counter | Limit | Unknown;

/** The attribute types for one expression, and for several. */
export interface StatefulTypes {
  readonly one: number;
  readonly several: number;
}

/** Writes the expressions of a set, of an element, or of what makes elements. */
export function writeStateful(
  into: Writer,
  types: StatefulTypes,
  expressions: readonly StatefulExpression[],
): void {
  const [first] = expressions;
  if (first === undefined) return;
  if (expressions.length === 1) return writeOne(into, types.one, first);
  into.nest(types.several, (list) => {
    for (const expression of expressions) writeOne(list, NFTA_LIST_ELEM, expression);
  });
}

/** Reads them. */
export function statefulFields(
  fields: Fields,
  types: StatefulTypes,
): readonly StatefulExpression[] {
  const one = fields.get(types.one);
  if (one !== undefined) return [readOne(one)];
  const several = fields.get(types.several);
  if (several === undefined) return [];
  return [...attributesIn(several)].map(({ value }) => readOne(value));
}

function writeOne(into: Writer, type: number, expression: StatefulExpression): void {
  switch (expression.kind) {
    case 'counter':
      return writeFrame(into, { type, name: 'counter' }, (data) => writeCounter(data, expression));
    case 'limit':
      return writeFrame(into, { type, name: 'limit' }, (data) => writeLimit(data, expression));
    case 'unknown':
      return writeFrame(into, { type, name: expression.name }, (data) =>
        writeUnknown(data, expression),
      );
    default:
      return unreachable(expression);
  }
}

function readOne(bytes: Buffer): StatefulExpression {
  const { name, data, fields } = readFrame(bytes);
  if (name === 'counter') return readCounter(fields);
  if (name === 'limit') return readLimit(fields);
  return { kind: 'unknown', name, data };
}
