/** Ends a `switch` over a union: a new variant breaks the build here, a value from outside the types throws. */
export function unreachable(value: never): never {
  throw new Error(`unexpected variant ${JSON.stringify(value)}`);
}
