import { rmSync } from 'node:fs';
import { forgetNames } from '@ringfence/lab';
import type { StateFolder } from '../supervise/state-folder.ts';

/** Where programs look for the names of network namespaces. */
export const NAMES_FOLDER = '/run/netns';

/** Takes away what a cluster leaves in files: the names of its namespaces, its socket, its pods' files. */
export function removeRemains({ prefix, socket, pods, input }: StateFolder): void {
  forgetNames({ folder: NAMES_FOLDER, prefix });
  for (const file of [socket, pods, input]) rmSync(file, { recursive: true, force: true });
}
