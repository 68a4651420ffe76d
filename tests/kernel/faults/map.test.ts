import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

// The report maps every way past a policy that is known of other engines to what tries it here.

const ROOT = path.join(import.meta.dirname, '../../..');
const REPORT = readFileSync(path.join(ROOT, 'docs/faults.md'), 'utf8');

/** How many entries each class of the catalogue has. */
const CLASSES = { A: 7, B: 7, C: 10, D: 16, E: 9, F: 7 } as const;
const ENTRIES = Object.entries(CLASSES).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
);

/** The rows of the map: an entry, the hole, and what tries it. */
const ROWS = new Map(
  REPORT.split('\n').flatMap((line): readonly (readonly [string, string])[] => {
    const [, entry, , proof] = /^\| ([A-F]\d+) \| (.+?) \| (.+) \|$/u.exec(line) ?? [];
    return entry === undefined || proof === undefined ? [] : [[entry, proof]];
  }),
);

/** Files, each with the title of a test in it where it is not a scenario. */
const PROOF = /`([\w./-]+\.(?:test\.ts|yaml))`(?:: "([^"]+)")?/gu;
/** The reason why something cannot concern us. */
const REASON = /^Cannot: .{30,}/u;

describe('the map of holes', () => {
  test('has every entry, and no other', () => {
    expect([...ROWS.keys()].sort()).toEqual([...ENTRIES].sort());
  });

  test.each(ENTRIES)('%s is tried, or cannot be', (entry) => {
    const proof = ROWS.get(entry) ?? '';
    const tried = [...proof.matchAll(PROOF)];
    if (tried.length === 0) expect(proof).toMatch(REASON);
    for (const [, file = '', title] of tried) {
      const at = path.join(ROOT, file);
      expect(existsSync(at), `${file} is not there`).toBe(true);
      if (file.endsWith('.test.ts')) expect(title, `${file}: which test`).toBeDefined();
      if (title !== undefined) expect(readFileSync(at, 'utf8')).toContain(title);
    }
  });
});
