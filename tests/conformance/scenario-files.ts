import { join, relative } from 'node:path';
import { readSources, type Source } from '@ringfence/kube';
import { findFiles } from '../../packages/cli/src/scenario/find-files.ts';

/** The repository's root. */
export const ROOT: string = join(import.meta.dirname, '../..');

/** A file of expectations of this repository. */
export interface RepositoryFile {
  readonly source: Source;
  /** Its path below `tests/conformance`, or below the repository's root for an example. */
  readonly name: string;
}

/** Every scenario below this folder. */
export async function conformanceFiles(): Promise<readonly RepositoryFile[]> {
  const { sources } = await findFiles([import.meta.dirname], nothing());
  return sources.map((source) => ({ source, name: relative(import.meta.dirname, source.name) }));
}

/** The expectations that come with the examples. */
export async function exampleFiles(): Promise<readonly RepositoryFile[]> {
  const sources = await readSources([join(ROOT, 'examples')], { stdin: nothing() });
  return sources
    .filter(({ name }) => name.endsWith('.expectations.yaml'))
    .map((source) => ({ source, name: relative(ROOT, source.name) }));
}

async function* nothing(): AsyncIterable<Uint8Array> {
  // Nothing is read from standard input.
}
