import type { Issue, Path } from '../issue.ts';
import { isObject } from './json-object.ts';

/** Sorts issues by where in the object they are; those of one place keep their order. */
export function inDocumentOrder(root: unknown, issues: readonly Issue[]): readonly Issue[] {
  return issues
    .map((issue) => ({ issue, position: positionOf(root, issue.path) }))
    .sort((left, right) => compare(left.position, right.position))
    .map(({ issue }) => issue);
}

/** For each step of a path, the place among its siblings; fields that are not written come last. */
function positionOf(root: unknown, path: Path): readonly number[] {
  const position: number[] = [];
  let value = root;
  for (const step of path) {
    if (typeof step === 'number') {
      position.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      continue;
    }
    const names = isObject(value) ? Object.keys(value) : [];
    const index = names.indexOf(step);
    position.push(index === -1 ? names.length : index);
    value = isObject(value) && index !== -1 ? value[step] : undefined;
  }
  return position;
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, step] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (step !== other) return step - other;
  }
  return left.length - right.length;
}
