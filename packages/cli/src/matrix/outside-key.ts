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
  const most = Math.max(...parts.map(({ blocks }) => blocks.length));
  const rest = parts.find(({ blocks }) => blocks.length === most);
  const lines = parts.slice(0, MOST_PARTS).map((part) => {
    const text = elide(blocksText(part.blocks), width - part.label.length - 2);
    // The parts are all addresses: what is left by the others is said best so.
    const cut = part === rest && / \+\d+$/.test(text);
    return `${part.label}: ${cut ? 'every address that is in no other part' : text}`;
  });
  const more = parts.length - lines.length;
  return more === 0 ? lines : [...lines, `${more} more parts of the outside: see -o json`];
}
