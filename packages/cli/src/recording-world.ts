import { run } from './run.ts';
import type { World } from './world.ts';

/** What a command line did: its exit code, and what it wrote. */
export interface Recording {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What of a world is not as usual. */
type WorldParts = Partial<Pick<World, 'env' | 'isTerminal' | 'cwd' | 'self'>> & {
  readonly stdin?: string;
};

/** Runs a command line in a world of its own. For tests. */
export async function record(args: readonly string[], parts: WorldParts = {}): Promise<Recording> {
  const written = { stdout: '', stderr: '' };
  const exitCode = await run({
    ...worldOf(args, parts),
    stdout: {
      async write(text) {
        written.stdout += text;
      },
    },
    stderr: {
      async write(text) {
        written.stderr += text;
      },
    },
  });
  return { exitCode, ...written };
}

/** A world in which nothing happens. For tests. */
export function worldOf(args: readonly string[], parts: WorldParts): World {
  const { stdin = '', ...rest } = parts;
  const nowhere = { write: async () => {} };
  return {
    args,
    env: {},
    stdin: streamOf(stdin),
    stdout: nowhere,
    stderr: nowhere,
    isTerminal: false,
    isInteractive: false,
    cwd: process.cwd(),
    interruption: () => new AbortController().signal,
    parent: undefined,
    self: [process.execPath],
    become: () => 0,
    ...rest,
  };
}

/** In pieces that end where they happen to, as pipes do. */
async function* streamOf(text: string): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += 1000)
    yield bytes.subarray(start, start + 1000);
}
