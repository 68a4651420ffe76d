import { readFileSync } from 'node:fs';

/** Reads a file of a namespace's settings, or other facts; `undefined` where there is none. */
export function factFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Reads a setting by its name under `/proc/sys/net`, such as `ipv4/ip_forward`. */
export function sysctl(name: string): string | undefined {
  return factFile(`/proc/sys/net/${name}`)?.trim();
}
