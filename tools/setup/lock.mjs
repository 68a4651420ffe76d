import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 300;
/** No installation takes longer; a lock that old was left behind. */
const STALE_MS = 20 * 60_000;

/**
 * Runs `work` while no other process of this checkout runs its own.
 *
 * @param {string} file exists while the lock is held, and names the process that holds it
 * @param {(text: string) => void} report
 * @param {() => Promise<void>} work
 */
export async function whileLocked(file, report, work) {
  let waiting = false;
  while (!take(file)) {
    if (!waiting) report('another process is installing; waiting for it');
    waiting = true;
    await sleep(POLL_MS);
  }
  const release = () => rmSync(file, { force: true });
  process.on('exit', release);
  try {
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (isAbandoned(file)) rmSync(file, { force: true });
    return false;
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > STALE_MS) return true;
    const owner = Number(readFileSync(file, 'utf8'));
    // An empty file is one that is being written.
    return owner > 0 && !isAlive(owner);
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
