import { describe, expect, test } from 'vitest';
import { createGenerations } from './generations.ts';

/** Goes through generations; a clearing stands between the numbers before and after it. */
function passed(mask: number, from: number | undefined, count: number): readonly unknown[] {
  const seen: unknown[] = [];
  const generations = createGenerations(mask, () => void seen.push('clear'));
  if (from !== undefined) generations.begin(from);
  for (let turn = 0; turn < count; turn += 1) {
    generations.renew();
    seen.push(generations.now());
  }
  return seen;
}

describe('generations', () => {
  test.each<[string, Parameters<typeof passed>, readonly unknown[]]>([
    [
      'the first one of an unknown past clears: any may be in use',
      [0x30, undefined, 2],
      ['clear', 1, 2],
    ],
    ['one that the kernel holds goes on without clearing', [0x30, 1, 2], [2, 3]],
    ['before a value is used again all flows are cleared', [0x30, 2, 3], [3, 'clear', 1, 2]],
    ['from the very last value on, too', [0x30, 3, 1], ['clear', 1]],
    ['the topmost bits have as much room as others', [0xc000_0000, 2, 2], [3, 'clear', 1]],
    ['a single topmost bit has room for one', [0x8000_0000, 1, 2], ['clear', 1, 'clear', 1]],
    [
      'all bits have room for many',
      [0xffff_ffff, 0xffff_fffd, 3],
      [0xffff_fffe, 0xffff_ffff, 'clear', 1],
    ],
  ])('%s', (_, [mask, from, count], expected) => {
    expect(passed(mask, from, count)).toEqual(expected);
  });

  test('a value stays when flows cannot be cleared', () => {
    const generations = createGenerations(0x30, () => {
      throw new Error('the kernel is busy');
    });
    generations.begin(3);
    expect(generations.renew).toThrow('the kernel is busy');
    expect(generations.now()).toBe(3);
  });

  test.each([0xffff_0000, 0x0000_ffff, 0xffff_ff00])(
    'none of mask %d repeats before all were used',
    (mask) => {
      const seen = new Set<number>();
      let cleared = 0;
      const generations = createGenerations(mask, () => void (cleared += 1));
      const room = mask / Math.abs(mask & -mask);
      generations.begin(1);
      for (let turn = 1; turn < Math.min(room, 70_000); turn += 1) {
        generations.renew();
        seen.add(generations.now());
      }
      expect(seen.size).toBe(Math.min(room, 70_000) - 1);
      expect(cleared).toBe(0);
    },
  );
});
