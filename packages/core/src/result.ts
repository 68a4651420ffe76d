/** The outcome of reading input that may be wrong: a value, or everything that is wrong with it. */
export type Result<T, E> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: E };

/** Wraps a value that was read without fault. */
export function ok<T>(value: T): Result<T, never> {
  return { kind: 'ok', value };
}

/** Wraps what is wrong with the input. */
export function failed<E>(error: E): Result<never, E> {
  return { kind: 'failed', error };
}
