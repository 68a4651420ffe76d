import { closeSync, constants, lstatSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { bindMount, bindMountTree, makeMountsReadOnly, mountMemory } from '@ringfence/netlink';

/** A file that a pod sees in the place of this machine's one. */
export interface OwnFile {
  /** Where it is seen, such as `/etc/hosts`. */
  readonly target: string;
  /** Where it is. */
  readonly source: string;
}

const TEMPORARY = '/tmp';
const TEMPORARY_OPTIONS = 'size=64m,mode=1777';

/** Stands for a folder, whatever is mounted over its name later. */
const O_PATH = 0o1000_0000;

/**
 * Programs that the C library asks for names before, or instead of, a name server: they are this
 * machine's, so that what they say would neither come from the cluster nor heed its policies.
 */
export const NAME_DAEMONS: readonly string[] = [
  '/run/systemd/resolve/io.systemd.Resolve',
  '/run/dbus/system_bus_socket',
  '/run/nscd/socket',
  '/run/avahi-daemon/socket',
];

/**
 * Mounts in a pod's mount namespace what is different there: its own files, nobody behind the
 * sockets in `silent`, an empty `/tmp`; all else can be read only. Devices work as ever.
 *
 * @param kept folders that must still be seen where they are below `/tmp`.
 * @returns the files that are not seen, because this machine has nothing in their place.
 */
export function mountPod({
  files,
  silent,
  kept,
}: {
  readonly files: readonly OwnFile[];
  readonly silent: readonly string[];
  readonly kept: readonly string[];
}): readonly string[] {
  const without = files.filter((file) => !mountOver(file));
  for (const target of silent) mountOver({ source: '/dev/null', target });
  makeMountsReadOnly('/');
  mountTemporary(kept);
  return without.map(({ target }) => target);
}

/** Shows a file in the place of another one, or of what that one is a link to. */
function mountOver({ source, target }: OwnFile): boolean {
  const place = placeOf(target);
  if (place === undefined) return false;
  bindMount(source, place);
  return true;
}

/** Where a name leads in the end; `undefined` where nothing is. */
function placeOf(name: string): string | undefined {
  try {
    return realpathSync(name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Mounts an empty `/tmp`, writable, in which the kept folders are where they were. */
function mountTemporary(kept: readonly string[]): void {
  const place = placeOf(TEMPORARY);
  if (place === undefined) return;
  const below = kept.filter((folder) => folder.startsWith(`${place}/`));
  const held = below.map((folder) => ({
    folder,
    fd: openSync(folder, O_PATH | constants.O_DIRECTORY),
  }));
  try {
    mountMemory(place, TEMPORARY_OPTIONS);
    for (const { folder, fd } of held) {
      // One that lies within another is there already.
      if (lstatSync(folder, { throwIfNoEntry: false }) !== undefined) continue;
      mkdirSync(folder, { recursive: true });
      bindMountTree(`/proc/self/fd/${fd}`, folder);
    }
  } finally {
    for (const { fd } of held) closeSync(fd);
  }
}
