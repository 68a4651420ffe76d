import { SourceError } from './source.ts';

/** The longest string of the runtime is a little longer. */
const LIMIT_BYTES = 500_000_000;

/**
 * Decodes UTF-8, without its byte order mark.
 *
 * @throws {SourceError} `notUtf8`, `tooLarge`.
 */
export function textOf(name: string, bytes: Uint8Array): string {
  if (bytes.length > LIMIT_BYTES) {
    const message = `\`${name}\` is larger than ${LIMIT_BYTES / 1_000_000} MB`;
    throw new SourceError('tooLarge', message);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SourceError('notUtf8', `\`${name}\` is not UTF-8${guess(bytes)}`, { cause: error });
  }
}

function guess(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (utf16) return ': it is UTF-16 (as PowerShell redirects write), save it as UTF-8';
  return bytes.includes(0) ? ': it is no text' : '';
}
