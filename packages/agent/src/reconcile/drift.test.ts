import type { NftEdit, Touch } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Damage } from './damage.ts';
import { createDrift, type Drift } from './drift.ts';
import type { Restored } from './kernel-table.ts';
import type { OurFamily } from './node-tables.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function edit(id: number, family: OurFamily = 'inet', name = 'ready4'): NftEdit {
  const table = { family, name: 'ringfence' };
  const touch: Touch = { table, how: 'new', object: 'element', name, count: 1 };
  return { touches: [touch], generation: { id, pid: 12, name: 'nft' } };
}

interface World {
  readonly drift: Drift;
  readonly repaired: ReadonlyMap<OurFamily, Damage>[];
  readonly log: string[];
  /** The generation of now, and what becomes of the next repair. */
  at(generation: number): void;
  finds(what: Restored | Error): void;
}

function world({ begin = 5, tookMs = 0 } = {}): World {
  let generation = begin;
  let finds: Restored | Error = 'mended';
  const repaired: ReadonlyMap<OurFamily, Damage>[] = [];
  const log: string[] = [];
  const drift = createDrift({
    repair(damages) {
      if (finds instanceof Error) throw finds;
      const found = finds;
      vi.advanceTimersByTime(tookMs);
      repaired.push(damages);
      return new Map([...damages.keys()].map((family) => [family, found]));
    },
    generation: () => generation,
    log: (message) => void log.push(message),
  });
  return {
    drift,
    repaired,
    log,
    at: (next) => void (generation = next),
    finds: (what) => void (finds = what),
  };
}

const parts = (...sets: readonly string[]): unknown =>
  expect.objectContaining({ kind: 'parts', sets: new Set(sets) });

describe('an edit', () => {
  test('has what it touched repaired, once, and is told with who did it', () => {
    const { drift, repaired, log, at } = world();
    at(6);
    expect([drift.noteEdit(edit(6)), drift.isPending(), drift.waitMs()]).toEqual([true, true, 0]);
    vi.advanceTimersByTime(3);
    drift.repair();
    drift.repair();
    expect(repaired).toEqual([new Map([['inet', parts('ready4')]])]);
    expect(log).toEqual([
      '`nft` (process 12) wrote an element of set `ready4` of inet ringfence: table inet repaired, ' +
        'what passed meanwhile is not known, 3.0 ms after it was told',
    ]);
    expect([drift.repairs(), drift.isPending(), drift.problem()]).toEqual([1, false, undefined]);
    expect(drift.warning()).toMatch(/^`nft` \(process 12\) edited our tables, last at /);
    vi.advanceTimersByTime(3_600_001);
    expect(drift.warning()).toBeUndefined();
  });

  test('that was read already is none any more', () => {
    const { drift, at } = world();
    expect(drift.noteEdit(edit(5))).toBe(false);
    at(9);
    drift.noteEdit(edit(6));
    drift.repair();
    expect([9, 8, 10].map((id) => drift.noteEdit(edit(id)))).toEqual([false, false, true]);
  });

  test('is a later one also where numbers have begun anew', () => {
    const { drift } = world({ begin: 0xffff_fffe });
    expect(
      [0xffff_fffd, 0xffff_fffe, 0xffff_ffff, 3].map((id) => drift.noteEdit(edit(id))),
    ).toEqual([false, false, true, true]);
  });

  test('is repaired with those that came after it, and both tables where both were edited', () => {
    const { drift, repaired, log, at } = world();
    at(9);
    drift.noteEdit(edit(6));
    drift.noteEdit(edit(7, 'bridge'));
    drift.noteEdit(edit(8, 'inet', 'bound4'));
    drift.repair();
    expect(repaired).toEqual([
      new Map([
        ['inet', parts('ready4', 'bound4')],
        ['bridge', parts('ready4')],
      ]),
    ]);
    expect(log.join()).toContain(
      'the last of 3 edits: table inet repaired and table bridge repaired',
    );
    expect(drift.repairs()).toBe(2);
  });

  test('that left nothing different is told, and counts for nothing', () => {
    const { drift, log, finds } = world();
    finds('same');
    drift.noteEdit(edit(6));
    drift.repair();
    expect(log.join()).toContain(': nothing was different');
    expect([drift.repairs(), drift.warning()]).toEqual([0, undefined]);
  });

  test('that cannot be repaired stays to be', () => {
    const { drift, finds, log } = world();
    finds(new Error('no room'));
    drift.noteEdit(edit(6));
    expect(drift.repair).toThrow('no room');
    expect([drift.isPending(), log]).toEqual([true, []]);
    finds('anew');
    drift.repair();
    expect([drift.isPending(), drift.repairs()]).toEqual([false, 1]);
  });
});

describe('notifications that were lost', () => {
  test('have both tables read back, whatever else is known', () => {
    const { drift, repaired, log } = world();
    drift.noteEdit(edit(6));
    expect(drift.noteEdit('lost')).toBe(true);
    drift.repair();
    const any = { kind: 'any' };
    expect(repaired).toEqual([
      new Map([
        ['inet', any],
        ['bridge', any],
      ]),
    ]);
    drift.noteEdit('lost');
    drift.repair();
    expect(log.at(-1)).toContain('notifications were lost, and so the tables were read back');
  });
});

describe('a program that insists', () => {
  test('is outdone once a second after ten times, is named, and is forgiven', () => {
    const { drift, at } = world();
    let repairs = 0;
    for (let ms = 0; ms < 3_000; ms += 20) {
      at(6 + ms);
      drift.noteEdit(edit(6 + ms));
      if (drift.waitMs() === 0) {
        drift.repair();
        repairs += 1;
      }
      vi.advanceTimersByTime(20);
    }
    expect(repairs).toBe(12);
    expect(drift.problem()).toBe(
      '`nft` (process 12) edits our tables again and again: they are repaired once a second',
    );
    vi.advanceTimersByTime(drift.waitMs());
    drift.repair();
    vi.advanceTimersByTime(2_000);
    expect([drift.problem(), drift.isPending()]).toEqual([undefined, false]);
  });

  test('is outdone more seldom where that takes long', () => {
    const { drift, at } = world({ tookMs: 350 });
    for (let id = 6; id < 16; id += 1) {
      at(id);
      drift.noteEdit(edit(id));
      drift.repair();
    }
    expect(drift.problem()).toContain('they are repaired once in 4 seconds');
  });

  test('does not fill the memory', () => {
    const { drift, repaired, at } = world();
    at(10_000);
    for (let id = 6; id < 6_000; id += 1) drift.noteEdit(edit(id, 'inet', `set${id}`));
    drift.repair();
    expect(repaired).toEqual([new Map([['inet', { kind: 'any' }]])]);
  });
});
