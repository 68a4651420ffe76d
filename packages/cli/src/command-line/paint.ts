import type { World } from '../world.ts';
import { type Typed, valueOf } from './command.ts';

/** Colours text for a terminal; or gives it back as it is. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  strong(text: string): string;
  faint(text: string): string;
}

/** Decides whether to colour: as typed; else on a terminal, unless NO_COLOR is set. */
export function paintFor(world: World, typed: Typed): Paint {
  const noColor = world.env['NO_COLOR'] ?? '';
  const dumb = world.env['TERM'] === 'dumb';
  const wanted = valueOf(typed, 'color') ?? 'auto';
  if (wanted === 'always') return COLOURS;
  if (wanted === 'never' || noColor !== '' || dumb || !world.isTerminal) return PLAIN;
  return COLOURS;
}

/** Gives text back as it is. */
export const PLAIN: Paint = { good: same, bad: same, strong: same, faint: same };

const COLOURS: Paint = {
  good: sgr(32, 39),
  bad: sgr(31, 39),
  strong: sgr(1, 22),
  faint: sgr(2, 22),
};

function same(text: string): string {
  return text;
}

function sgr(on: number, off: number): (text: string) => string {
  return (text) => `\u001B[${on}m${text}\u001B[${off}m`;
}
