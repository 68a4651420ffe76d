import type { Paint } from '../command-line/paint.ts';
import { gridText } from './grid-text.ts';
import { listText } from './list-text.ts';
import type { Room } from './room.ts';
import { tabled } from './tabled.ts';
import type { View } from './view.ts';

/**
 * Draws a grid of who may reach whom; where it would not fit, because too many ends differ, a list
 * that takes no more lines than there is room for.
 */
export function tableText(view: View, room: Room, paint: Paint): readonly string[] {
  const read = tabled(view);
  return gridText(read, room, paint) ?? listText(read, room, paint);
}
