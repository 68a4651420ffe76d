import { stat } from 'node:fs/promises';
import { readSources, type Source } from '@ringfence/kube';
import { fileKindOf } from './read-file.ts';

/** The files of expectations that somebody named, directly or by a folder above them. */
export interface FoundFiles {
  readonly sources: readonly Source[];
  /** Files below a folder that hold something else, such as manifests. */
  readonly passedOver: readonly string[];
}

/**
 * Reads files of expectations. A file that is named itself is taken for one; below a folder, only
 * what begins like one is.
 *
 * @throws {SourceError} for the first path that cannot be read.
 */
export async function findFiles(
  paths: readonly string[],
  stdin: AsyncIterable<Uint8Array>,
): Promise<FoundFiles> {
  const found: Source[] = [];
  const passedOver: string[] = [];
  for (const path of paths) {
    const sources = await readSources([path], { stdin });
    const named = path === '-' || !(await stat(path)).isDirectory();
    for (const source of sources) {
      if (found.some(({ name }) => name === source.name)) continue;
      if (named || fileKindOf(source) !== 'other') found.push(source);
      else passedOver.push(source.name);
    }
  }
  return { sources: found, passedOver };
}
