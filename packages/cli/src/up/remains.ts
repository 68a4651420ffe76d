import { rmSync } from 'node:fs';
import { forgetNames } from '@ringfence/lab';
import type { StateFolder } from '../supervise/state-folder.ts';

/** Where programs look for the names of network namespaces. */
export const NAMES_FOLDER = '/run/netns';

/** Takes away what a lab leaves in files: names of its namespaces, its sockets, its pods' files. */
export function removeLab({ prefix, socket, feed, pods }: StateFolder): void {
  forgetNames({ folder: NAMES_FOLDER, prefix });
  for (const file of [socket, feed, pods]) rmSync(file, { recursive: true, force: true });
}

/** Takes away all that a cluster leaves in files, but for its logs. */
export function removeRemains(state: StateFolder): void {
  removeLab(state);
  rmSync(state.input, { force: true });
}
