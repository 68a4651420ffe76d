import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { missingPrivilege } from '@ringfence/netlink';

/** The command of this checkout. */
export const LAUNCHER: string = path.join(import.meta.dirname, '../../packages/cli/bin/ringfence');

/** As whom commands are run. */
export interface Way {
  readonly name: string;
  /** What stands before the command. */
  readonly before: readonly string[];
  /** Who owns the files. */
  readonly uid: number;
  /** Why it cannot be tried here; `undefined` where it can. */
  readonly missing: string | undefined;
}

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const OWN_UID = process.getuid?.() ?? NOBODY;

/** As root, and as somebody who is not. */
export const WAYS: readonly Way[] = [
  { name: 'root', before: [], uid: 0, missing: OWN_UID === 0 ? missingPrivilege() : 'needs root' },
  OWN_UID === 0
    ? { name: 'rootless', before: AS_NOBODY, uid: NOBODY, missing: missingFor(AS_NOBODY) }
    : { name: 'rootless', before: [], uid: OWN_UID, missing: missingFor([]) },
];

/** Whether somebody may run the command, and make namespaces as its own root. */
function missingFor(before: readonly string[]): string | undefined {
  const steps = [
    [LAUNCHER, '--version'],
    ['unshare', '--user', '--map-root-user', '--net', '--mount', '--uts', 'true'],
  ];
  for (const step of steps) {
    const [program = '', ...args] = [...before, ...step];
    const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0)
      return `needs ${step[0] ?? ''} for others than root: ${error?.message ?? stderr.trim()}`;
  }
  return undefined;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export function ringfence(args: readonly string[], before: readonly string[] = []): Ran {
  const [program = '', ...rest] = [...before, LAUNCHER, ...args];
  const { status, stdout, stderr, error } = spawnSync(program, rest, {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}

/** Starts a command that stays, and waits until it says that it is up. */
export async function stay(
  args: readonly string[],
  before: readonly string[] = [],
): Promise<ChildProcess> {
  const [program = '', ...rest] = [...before, LAUNCHER, ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const messages: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => messages.push(text));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('up in')) return child;
  }
  throw new Error(`it did not come up: ${messages.join('')}`);
}

/** Waits until a process has ended. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
