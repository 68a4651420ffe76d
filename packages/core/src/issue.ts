/**
 * Something wrong, or dangerous, in an object that somebody wrote.
 *
 * The decoder reports every issue of an object at once. A path leads from the object's root to the
 * value (`['spec', 'ingress', 0, 'from']`); a shell turns it into a line and a column.
 */
export interface Issue {
  readonly code: IssueCode;
  readonly severity: 'error' | 'warning';
  readonly path: Path;
  /** Whether the field's name is at fault (an unknown field) or its value. */
  readonly at: 'key' | 'value';
  /** The whole sentence, in the shape that Kubernetes' own errors have. */
  readonly message: string;
  /** What to write instead; empty where no intent is known. */
  readonly hint: string;
}

/** Steps from an object's root to one of its values: field names and list positions. */
export type Path = readonly (string | number)[];

/**
 * Names what is wrong, for programs. Codes are public API: added, never renamed.
 *
 * - `unknownField`, `duplicateField`, `typeMismatch`, `notSet`: the structure could not be read.
 * - `required`, `invalid`, `notSupported`, `forbidden`, `tooLong`, `tooMany`, `duplicateValue`:
 *   validation, as Kubernetes' causes name it.
 * - `noMatches`: the API version or kind is not served (any more).
 * - `syntax`: not YAML or JSON at all. `misplaced`: the structure is not where it belongs (lost
 *   indentation, part of a spec). `template`: a template of another program.
 * - `ambiguous`: accepted, but it may not mean what it seems to.
 */
export type IssueCode =
  | 'unknownField'
  | 'duplicateField'
  | 'typeMismatch'
  | 'notSet'
  | 'required'
  | 'invalid'
  | 'notSupported'
  | 'forbidden'
  | 'tooLong'
  | 'tooMany'
  | 'duplicateValue'
  | 'noMatches'
  | 'syntax'
  | 'misplaced'
  | 'template'
  | 'ambiguous';

/** Writes a path as Kubernetes does: `spec.ingress[0].from[1].ipBlock.cidr`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}
