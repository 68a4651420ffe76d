import { type Dirent, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  forgetNamespace,
  makeNamespace,
  nameNamespace,
  type NetworkNamespace,
  shareNames,
  SystemError,
} from '@ringfence/netlink';
import { namespaceName, type NamespaceOwner } from './namespace-name.ts';

/** Where other programs find network namespaces by their names. */
export interface NamingPlace {
  /** `/run/netns` is where `ip netns` looks. */
  readonly folder: string;
  /**
   * What all names begin with: letters, digits, `-` and `_`, then one dot, at most 64 bytes; such as
   * `rf-1x2y.`. No prefix is the beginning of another one, so that labs do not meet.
   */
  readonly prefix: string;
}

/** Gives network namespaces their names, and takes them away again. */
export interface NamespaceNames {
  /**
   * @returns the name; `undefined` where none are given.
   * @throws {Error} `EEXIST` when the name is taken, {SystemError} without the right to mount.
   */
  give(namespace: NetworkNamespace, owner: NamespaceOwner): string | undefined;
  /** A name that somebody else took away is no error. */
  take(name: string | undefined): void;
  /** Takes all names that are still given. */
  takeAll(): void;
}

const NO_NAMES: NamespaceNames = { give: () => undefined, take() {}, takeAll() {} };

/** Names namespaces in a place, or not at all. @throws {RangeError} when the prefix is none. */
export function makeNamespaceNames(place: NamingPlace | undefined): NamespaceNames {
  if (place === undefined) return NO_NAMES;
  const { folder, prefix } = checked(place);
  const given = new Set<string>();
  shareWithOthers(folder);
  const take = (name: string | undefined): void => {
    if (name === undefined || !given.delete(name)) return;
    forget(path.join(folder, name));
  };
  return {
    give(namespace, owner) {
      const name = namespaceName(prefix, owner);
      nameNamespace(namespace, path.join(folder, name));
      given.add(name);
      return name;
    },
    take,
    takeAll() {
      for (const name of given) take(name);
    },
  };
}

/**
 * Takes away every name with a prefix, as when the process that gave them was killed: names outlive
 * it. The namespaces go when nothing runs in them any more.
 *
 * @throws {RangeError} when the prefix is none, {SystemError} without the right to unmount.
 */
export function forgetNames(place: NamingPlace): void {
  const { folder, prefix } = checked(place);
  for (const entry of entriesOf(folder)) {
    // A link might lead to somebody else's mount.
    if (entry.isFile() && entry.name.startsWith(prefix)) forget(path.join(folder, entry.name));
  }
}

/**
 * Says why names cannot be given in a place, by trying.
 *
 * @returns `undefined` when they can.
 */
export function missingForNames(place: NamingPlace): string | undefined {
  const { folder, prefix } = checked(place);
  const file = path.join(folder, `${prefix}_probe`);
  const namespace = makeNamespace();
  try {
    // One may have been left by a process that was killed.
    forget(file);
    shareWithOthers(folder);
    nameNamespace(namespace, file);
    forget(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    return `needs the right to mount in ${folder} (${String(error.code)})`;
  } finally {
    namespace.close();
  }
}

/** Where `ip netns` keeps names. It mounts the folder over itself the first time: names then hide. */
const IP_NETNS = '/run/netns';

/** Mounts the folder as `ip netns` would, so that it finds that done. */
function shareWithOthers(folder: string): void {
  if (folder === IP_NETNS) shareNames(folder);
}

/** Anything else might mean all names there are, or those of another lab. */
function checked(place: NamingPlace): NamingPlace {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}\.$/.test(place.prefix)) return place;
  throw new RangeError(
    `the prefix of names must be letters, digits, - and _ before one dot, got \`${place.prefix}\``,
  );
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** After a restart of the machine a name is a plain file, and not mounted (`EINVAL`). */
function forget(file: string): void {
  try {
    forgetNamespace(file);
  } catch (error) {
    const code = error instanceof SystemError ? error.code : undefined;
    if (code !== 'EINVAL' && code !== 'ENOENT') throw error;
    rmSync(file, { force: true });
  }
}
