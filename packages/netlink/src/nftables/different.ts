import { Buffer } from 'node:buffer';
import type { SetElement } from './element.ts';

/** Whether no element is there twice; an interval may end where the next one begins. */
export function areDifferent(elements: readonly SetElement[]): boolean {
  const doubtful = sharedHashes(elements);
  if (doubtful.size === 0) return true;
  const seen = new Set<string>();
  let count = 0;
  for (const element of elements) {
    if (!doubtful.has(hashOf(element))) continue;
    const { key, intervalEnd } = element;
    const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
    seen.add(intervalEnd === true ? `${text} end` : text);
    count += 1;
  }
  return seen.size === count;
}

/** Hashes that more than one element has: to sort numbers is a tenth of keeping keys as texts. */
function sharedHashes(elements: readonly SetElement[]): ReadonlySet<number> {
  const hashes = Uint32Array.from(elements, hashOf).sort();
  const shared = new Set<number>();
  for (let index = 1; index < hashes.length; index += 1) {
    const hash = hashes[index];
    if (hash !== undefined && hash === hashes[index - 1]) shared.add(hash);
  }
  return shared;
}

/** FNV-1a of the key, in 32 bits. */
function hashOf({ key, intervalEnd }: SetElement): number {
  let hash = intervalEnd === true ? 0x811c_9dc4 : 0x811c_9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ (key[at] ?? 0), 0x0100_0193);
  }
  return hash >>> 0;
}
