import type { JsonMap } from './corpus/mutations.ts';

/** What a Kubernetes API server said of an object that somebody wanted to create. */
export interface Answer {
  /** Why it could not be decoded at all; nothing else is known then. */
  readonly decode?: string;
  /** What strict decoding objected to: unknown fields. */
  readonly strict?: readonly string[];
  /** What validation objected to. */
  readonly errors?: readonly Cause[];
  /** What it warned of, in an accepted NetworkPolicy. */
  readonly warnings?: readonly string[];
  /** The spec of an accepted policy as it would be stored, where that is not as it was written. */
  readonly spec?: JsonMap;
}

/** One error of a field, as in the causes of a server's status. */
export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** One line of a golden file. */
export interface Case {
  readonly manifest: JsonMap;
  readonly answer: Answer;
}

/** Whether the server refused the object. */
export function isRefusal({ decode, strict = [], errors = [] }: Answer): boolean {
  return decode !== undefined || strict.length + errors.length > 0;
}
