import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Variables of a program by their names. */
export type Environment = Readonly<Record<string, string>>;

/** The folder of this package: `src/exec` and `dist/exec` are equally deep in it. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Where our own `wget`, `nc` and `nslookup` are. */
const APPLETS = path.join(PACKAGE, 'applets');

/** Where programs are on any machine. */
const PROGRAMS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The folders without which our own programs do not run. */
export const NEEDED_FOLDERS: readonly string[] = [
  path.resolve(PACKAGE),
  path.dirname(process.execPath),
];

/** The variables of every command in a pod. The machine's own programs come before ours. */
export function podEnvironment(hostname: string): Environment {
  return {
    PATH: [...PROGRAMS, APPLETS].join(':'),
    HOSTNAME: hostname,
    HOME: '/',
    // Which Node our own programs run on: another one on the path may be too old.
    RINGFENCE_NODE: process.execPath,
  };
}
