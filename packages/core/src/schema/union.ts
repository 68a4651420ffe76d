import { formatPath, type Issue, type Path } from '../issue.ts';
import { invalidValue, tooMany } from './field-error.ts';
import type { JsonObject } from './json-object.ts';
import type { Definition } from './type.ts';

/** What is wrong with the number of an object's fields: custom resources' unions have just one. */
export function unionIssue(
  { exactlyOne, notEmpty, fields }: Definition,
  object: JsonObject,
  at: Path,
): Issue | undefined {
  if (exactlyOne !== true && notEmpty !== true) return undefined;
  const path = [...at];
  const names = Object.keys(object).filter((name) => object[name] !== null);
  if (names.length === 0) {
    const hint = `set one of ${listed(Object.keys(fields))}`;
    const detail = `${formatPath(path)} in body should have at least 1 properties`;
    return invalidValue({ path, hint }, 0, detail);
  }
  if (exactlyOne !== true || names.length === 1) return undefined;
  // A second field that is unknown has its issue already.
  const known = names.every((name) => Object.hasOwn(fields, name));
  return known ? tooMany({ path, hint: 'make it one item each' }, names.length, 1) : undefined;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
