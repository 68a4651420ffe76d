import { type ObjectRef, refKey } from '@ringfence/core';
import { byName } from './by-name.ts';

/** Something that an object asked for and could not be given. */
export interface Problem {
  readonly ref: ObjectRef;
  /** In words for people. */
  readonly message: string;
}

/** Sorts problems by their object, and lets each message name it. */
export function tellProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems
    .map(({ ref, message }) => ({ ref, message: `${objectText(ref)}: ${message}` }))
    .sort(
      (left, right) =>
        byName(refKey(left.ref), refKey(right.ref)) || byName(left.message, right.message),
    );
}

/** An object as messages name it. */
export function objectText({ kind, namespace, name }: ObjectRef): string {
  return `${kind} \`${namespace === '' ? name : `${namespace}/${name}`}\``;
}
