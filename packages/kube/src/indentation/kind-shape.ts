import type { Shape } from './shape.ts';

/** The shape of a kind's objects; undefined for kinds that are not described. */
export function shapeOf(_apiVersion: string, _kind: string): Shape | undefined {
  return undefined;
}
