import { createHash } from 'node:crypto';

/** Stands for a text where the text is too long: 96 bits, as at most 19 digits and small letters. */
export function shortHash(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return BigInt(`0x${digest.slice(0, 24)}`).toString(36);
}
