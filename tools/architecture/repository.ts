import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The checkout that this file is part of. */
const ROOT = path.join(import.meta.dirname, '../..');

const NOT_OURS = ['node_modules', 'dist', 'coverage', '.git'];

/**
 * Reads the repository's own files which match a pattern, keyed by their path from the root.
 *
 * Installed packages and what builds leave behind are passed over.
 */
export function filesOf(pattern: string): ReadonlyMap<string, string> {
  const entries = globSync(pattern, {
    cwd: ROOT,
    withFileTypes: true,
    exclude: ({ name }) => NOT_OURS.includes(name),
  });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .toSorted()
      .map((file) => [
        path.relative(ROOT, file).replaceAll(path.sep, '/'),
        readFileSync(file, 'utf8'),
      ]),
  );
}
