/**
 * What the system says against a file, without the name of the call: `permission denied`; of the
 * file inside a folder where it is not the one that was named.
 */
export function systemReason(error: Error, path = ''): string {
  const words = error.message.replace(/^[A-Z][A-Z0-9]*: /u, '').replace(/, [a-z]+(?: '.*)?$/u, '');
  const at = 'path' in error && typeof error.path === 'string' ? error.path : path;
  return at === path || path === '' ? words : `${words}: \`${at}\``;
}
