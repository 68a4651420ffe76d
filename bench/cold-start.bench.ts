/**
 * Measures the start of an agent in a cluster of 100,000 pods, 2,000 policies and 1,000 nodes, 100 of
 * the pods its own, in a process of its own; then a thousand events of pods a second.
 *
 * The targets: from the last object decoded to the kernel's acknowledgement in 3 s; at most 400 MB at
 * any time before; at most half a core for the events, which are decoded from text as well.
 */
import { missingPrivilege } from '@ringfence/netlink';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measureColdStart } from './agent/cold-start.ts';
import { writeServedFiles } from './agent/served-files.ts';

/** As the launcher of the command line has them for an agent. */
const AGENT_FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=40'];

const missing = missingPrivilege();
const [, , folder] = process.argv;
if (missing !== undefined) process.stdout.write(`not measured: ${missing}\n`);
else if (folder === undefined) measureApart();
else await measureColdStart(folder);

/** What makes the files is not to be counted with the agent's memory. */
function measureApart(): void {
  const files = mkdtempSync(path.join(tmpdir(), 'ringfence-cold-start-'));
  try {
    writeServedFiles(files);
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, ...AGENT_FLAGS, import.meta.filename, files],
      { stdio: 'inherit' },
    );
    if (status !== 0) process.exitCode = 1;
  } finally {
    rmSync(files, { recursive: true });
  }
}
