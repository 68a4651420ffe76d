import { blocksText } from './blocks-text.ts';
import { elide } from './elide.ts';
import type { MatrixEnd } from './matrix-end.ts';

/** So many parts are explained; a cluster with more of them has a key nobody would read. */
const MOST_PARTS = 8;

/** Says which addresses each part of the outside has; nothing where it is undivided. */
export function outsideKey(ends: readonly MatrixEnd[], width: number): readonly string[] {
  const parts = ends.flatMap(({ end, label }) =>
    end.kind === 'outside' && label !== 'outside' ? [{ blocks: end.cidrs, label }] : [],
  );
  const lines = parts.slice(0, MOST_PARTS).map(({ blocks, label }) => {
    return `${label}: ${elide(blocksText(blocks), width - label.length - 2)}`;
  });
  const more = parts.length - lines.length;
  return more === 0 ? lines : [...lines, `${more} more parts of the outside: see -o json`];
}
