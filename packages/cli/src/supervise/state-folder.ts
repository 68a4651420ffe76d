import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Flag, type Typed, valueOf } from '../command-line/command.ts';
import { flag } from '../command-line/flags.ts';
import { badInput } from '../failure.ts';
import type { World } from '../world.ts';

/** Where a cluster of this machine keeps what it needs: one folder for each cluster. */
export interface StateFolder {
  readonly path: string;
  /** Says that the folder is one of ours: what is in it may be deleted. */
  readonly mark: string;
  /** Held by the process that keeps the cluster up. */
  readonly lock: string;
  /** Where the lab is spoken to. */
  readonly socket: string;
  /** Where its agents are told the objects. */
  readonly feed: string;
  /** What was read from standard input: what is watched must be a file. */
  readonly input: string;
  /** The files that pods see in the place of the machine's own. */
  readonly pods: string;
  /** Where the names of this cluster's namespaces begin; no other cluster's begin so. */
  readonly prefix: string;
  log(part: string): string;
}

/** Which cluster of this machine is meant. */
export const STATE_FLAG: Flag = flag({
  long: '--state',
  value: 'DIR',
  about: "the cluster's folder (default $RINGFENCE_STATE, else ~/.local/state/ringfence)",
  completes: 'file',
});

/** The folder that was typed, or that the environment names. @throws {Failure} where none does. */
export function stateFolder({ env, cwd }: World, typed: Typed): StateFolder {
  const typedPath = valueOf(typed, 'state') ?? env['RINGFENCE_STATE'] ?? '';
  if (typedPath !== '') return stateFolderAt(path.resolve(cwd, typedPath));
  const home = env['HOME'] ?? '';
  const base = env['XDG_STATE_HOME'] ?? (home === '' ? '' : path.join(home, '.local/state'));
  if (base === '') throw badInput('HOME is not set: say --state DIR, a folder for the cluster');
  return stateFolderAt(path.join(base, 'ringfence'));
}

/** @param folder absolute */
export function stateFolderAt(folder: string): StateFolder {
  const inside = (name: string): string => path.join(folder, name);
  return {
    path: folder,
    mark: inside('ringfence-state'),
    lock: inside('up.lock'),
    socket: inside('lab.sock'),
    feed: inside('feed.sock'),
    input: inside('stdin.yaml'),
    pods: inside('pods'),
    prefix: `rf-${createHash('sha256').update(folder).digest('hex').slice(0, 4)}.`,
    log: (part) => inside(path.join('log', `${part}.log`)),
  };
}

/**
 * Makes the folder ours, so that what is in it may be deleted.
 *
 * @throws {Failure} where it holds something else.
 */
export function claim(state: StateFolder): void {
  const { path: folder, mark } = state;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkOwner(state);
  if (existsSync(mark)) return;
  // Another one may claim it at the same time.
  const others = readdirSync(folder).filter((name) => name !== path.basename(mark));
  if (others.length > 0 && !existsSync(mark)) {
    throw badInput(
      `--state: \`${folder}\` holds something else: name a folder for the cluster alone`,
    );
  }
  writeFileSync(mark, '');
}

const OTHERS_WRITE = 0o022;

/**
 * Makes sure that nobody else can change what is in the folder: processes are ended, and programs
 * started, as it says.
 *
 * @throws {Failure} where somebody can.
 */
export function checkOwner({ path: folder }: StateFolder): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const isOwn = stats.uid === process.getuid?.() && stats.isDirectory();
  if (isOwn && (stats.mode & OTHERS_WRITE) === 0) return;
  throw badInput(
    `--state: \`${folder}\` can be changed by others: name a folder of your own (chmod 700)`,
  );
}

/** Whether the folder is one of ours. */
export function isClaimed({ mark }: StateFolder): boolean {
  return existsSync(mark);
}
