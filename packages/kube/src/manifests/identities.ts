import { type ObjectRef, refKey } from '@ringfence/core';
import type { LocatedIssue } from './loaded.ts';
import { nameOf } from './object-ref.ts';
import { locatedAt, type Origin, placeOf, spanOfPath } from './reading.ts';

/** Knows which objects were seen, and where. */
export interface Identities {
  /** Remembers an object; an error where another one has its kind, namespace and name. */
  add(ref: ObjectRef, origin: Origin): LocatedIssue | undefined;
  originOf(ref: ObjectRef): Origin | undefined;
}

export function createIdentities(): Identities {
  const origins = new Map<string, Origin>();
  return {
    add(ref, origin) {
      if (ref.name === '') return undefined;
      const key = refKey(ref);
      const first = origins.get(key);
      if (first !== undefined) return clash(ref, first, origin);
      origins.set(key, origin);
      return undefined;
    },
    originOf: (ref) => origins.get(refKey(ref)),
  };
}

function clash(object: ObjectRef, first: Origin, again: Origin): LocatedIssue {
  const place = placeOf(first.reading, spanOfPath(first, NAME, 'value'));
  const where = `${place.file}:${place.line}:${place.column}`;
  return locatedAt(again.reading, spanOfPath(again, NAME, 'value'), {
    issue: {
      code: 'duplicateValue',
      severity: 'error',
      path: NAME,
      at: 'value',
      message: `this ${nameOf(object)} is the second one, the first is at ${where}`,
      hint: 'give it another name, or remove one of them',
    },
    object,
  });
}

const NAME = ['metadata', 'name'];
