import { SystemError } from './ffi/system-error.ts';
import { makeNamespace } from './namespaces/namespace.ts';

/** What the kernel said when it was asked; it does not change its mind while a process runs. */
let answer: { readonly reason: string | undefined } | undefined;

/**
 * Says why this process may not make network namespaces, so that tests against the kernel can be
 * skipped with the reason in their names. Asks the kernel once.
 *
 * @returns `undefined` when it may.
 */
export function missingPrivilege(): string | undefined {
  answer ??= { reason: ask() };
  return answer.reason;
}

function ask(): string | undefined {
  try {
    makeNamespace().close();
    return undefined;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return `needs the right to make network namespaces (${error.code})`;
  }
}
