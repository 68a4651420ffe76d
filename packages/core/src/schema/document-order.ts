import type { Issue, Path } from '../issue.ts';
import { isObject } from './json-object.ts';

/** Sorts issues by where in the object they are; those of one place keep their order. */
export function inDocumentOrder(root: unknown, issues: readonly Issue[]): readonly Issue[] {
  const places: Places = new Map();
  return issues
    .map((issue) => ({ issue, position: positionOf(root, issue.path, places) }))
    .sort((left, right) => compare(left.position, right.position))
    .map(({ issue }) => issue);
}

/** The place of each field of a mapping among its siblings, counted once for all issues. */
type Places = Map<object, ReadonlyMap<string, number>>;

/** For each step of a path, the place among its siblings; fields that are not written come last. */
function positionOf(root: unknown, path: Path, places: Places): readonly number[] {
  const position: number[] = [];
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') {
      position.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      continue;
    }
    const siblings = isObject(value) ? placesIn(value, places) : NOWHERE;
    const index = siblings.get(step);
    position.push(index ?? siblings.size);
    value = isObject(value) && index !== undefined ? value[step] : undefined;
  }
  return position;
}

const NOWHERE: ReadonlyMap<string, number> = new Map();

function placesIn(value: object, places: Places): ReadonlyMap<string, number> {
  let known = places.get(value);
  if (known === undefined) {
    known = new Map(Object.keys(value).map((name, index) => [name, index]));
    places.set(value, known);
  }
  return known;
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, step] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (step !== other) return step - other;
  }
  return left.length - right.length;
}
