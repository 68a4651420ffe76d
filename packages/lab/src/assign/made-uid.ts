import { createHash } from 'node:crypto';

/** A uid that is made of what it stands for: the same texts give the same uid in every run. */
export function madeUid(texts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
}
