import type { World } from '../world.ts';

/** How much room a table may take. */
export interface Room {
  readonly columns: number;
  readonly lines: number;
}

/** More than a screen or two is for programs, or for `-o wide`. */
const LINES = 60;

/** The room for a table: as wide as the shell says that its terminal is, else 80 columns. */
export function roomIn({ env }: Pick<World, 'env'>): Room {
  const said = /^[1-9]\d{1,3}$/.exec(env['COLUMNS'] ?? '')?.[0];
  return { columns: said === undefined ? 80 : Math.max(60, Number(said)), lines: LINES };
}
