import { run } from './run.ts';
import type { World } from './world.ts';

/** What a command line did: its exit code, and what it wrote. */
export interface Recording {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a world of its own. For tests. */
export async function record(
  args: readonly string[],
  parts: Partial<Pick<World, 'env' | 'isTerminal' | 'cwd'>> & { readonly stdin?: string } = {},
): Promise<Recording> {
  const written = { stdout: '', stderr: '' };
  const { stdin = '', ...rest } = parts;
  const exitCode = await run({
    args,
    env: {},
    stdin: streamOf(stdin),
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
    isTerminal: false,
    cwd: process.cwd(),
    ...rest,
  });
  return { exitCode, ...written };
}

/** In pieces that end where they happen to, as pipes do. */
async function* streamOf(text: string): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += 1000)
    yield bytes.subarray(start, start + 1000);
}
