import { readFileSync } from 'node:fs';

/** One run of a program: a number alone is given to another program later. */
export interface ProcessRef {
  readonly pid: number;
  /** When it started, in the kernel's ticks since the machine did. */
  readonly started: string;
}

/** Names a running process; `undefined` where there is none, or only its remains. */
export function processRef(pid: number): ProcessRef | undefined {
  const stat = readStat(pid);
  if (stat === undefined) return undefined;
  // The program's name stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, started: fields[19] ?? '' };
}

/** Whether it still runs. */
export function isRunning({ pid, started }: ProcessRef): boolean {
  return processRef(pid)?.started === started;
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Whatever the reason is: there is nothing there that could be spoken of.
    return undefined;
  }
}
