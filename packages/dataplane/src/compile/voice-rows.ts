import { FAMILIES, type Family } from '@ringfence/core';
import { commentOf } from './comment.ts';
import type { CompileOptions } from './options.ts';
import { reasonOf, type Row } from './rows.ts';
import type { Said } from './said.ts';

/** Rows about one peer, and why each of them is there. */
export type PeerRows = readonly { readonly row: Row; readonly reason: string }[];

/** The rows of a voice, by family and by the peer's number; remembers what they were. */
export interface VoiceRows {
  put(family: Family, number: number, rows: PeerRows): void;
  drop(family: Family, number: number): void;
  now(family: Family): ReadonlyMap<number, PeerRows>;
  /** What was there when `settle` was last called. */
  before(family: Family): Iterable<readonly [number, PeerRows]>;
  /** Numbers whose rows are others since then, with those that they had. */
  changed(family: Family): ReadonlyMap<number, PeerRows | undefined>;
  count(family: Family): number;
  settle(): void;
}

/** Makes the rows of a voice that has not said anything. */
export function createVoiceRows(): VoiceRows {
  const now = byFamily<PeerRows>();
  const changed = byFamily<PeerRows | undefined>();
  const counts = { IPv4: 0, IPv6: 0 };
  const note = (family: Family, number: number): void => {
    const before = now[family].get(number);
    if (!changed[family].has(number)) changed[family].set(number, before);
    counts[family] -= before?.length ?? 0;
  };
  return {
    put(family, number, rows) {
      note(family, number);
      now[family].set(number, rows);
      counts[family] += rows.length;
    },
    drop(family, number) {
      note(family, number);
      now[family].delete(number);
    },
    now: (family) => now[family],
    *before(family) {
      for (const [number, rows] of now[family]) {
        if (!changed[family].has(number)) yield [number, rows];
      }
      for (const [number, rows] of changed[family]) if (rows !== undefined) yield [number, rows];
    },
    changed: (family) => changed[family],
    count: (family) => counts[family],
    settle() {
      for (const family of FAMILIES) changed[family].clear();
    },
  };
}

function byFamily<T>(): Readonly<Record<Family, Map<number, T>>> {
  return { IPv4: new Map(), IPv6: new Map() };
}

/** Puts the reason to each row. */
export function explained(
  rows: readonly Row[],
  said: Said,
  { comments }: CompileOptions,
): PeerRows {
  if (comments === 'none' || rows.length === 0) return rows.map((row) => ({ row, reason: '' }));
  const why = said.why();
  return rows.map((row) => ({ row, reason: commentOf(reasonOf(row, why)) }));
}
