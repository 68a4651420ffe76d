import { fstatSync, readdirSync, statSync } from 'node:fs';

/** Ends every program that runs in a mount namespace, as those of a pod do when it goes. */
export function endPrograms(mount: number): void {
  const { ino } = fstatSync(mount);
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && pid !== process.pid && isIn(pid, ino)) end(pid);
  }
}

function isIn(pid: number, ino: number): boolean {
  try {
    return statSync(`/proc/${pid}/ns/mnt`).ino === ino;
  } catch {
    // It has ended, or is nobody's whom we may look at: then it is none of ours.
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It was quicker.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
