import type { World } from '../world.ts';

/** Says something in a form that people and programs read. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** Makes a log on standard error: one JSON object on each line. */
export function createLog({ stderr }: Pick<World, 'stderr'>): Log {
  return (level, message) => {
    const line = JSON.stringify({ time: new Date().toISOString(), level, message });
    void stderr.write(`${line}\n`);
  };
}
