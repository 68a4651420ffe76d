import type { NftEdit, Touch } from '@ringfence/netlink';
import { type Damage, damageOf, MOST_TOUCHES } from './damage.ts';
import { editorText, editText } from './edit-text.ts';
import type { Restored } from './kernel-table.ts';
import type { NodeTables, OurFamily } from './node-tables.ts';
import { createPace } from './pace.ts';

/** What others do to our tables where the kernel lets them, and that it is made good. */
export interface Drift {
  /** Takes note of an edit. @returns whether there is something to make good. */
  noteEdit(edit: NftEdit | 'lost'): boolean;
  /** How long to wait until it is made good; 0 where that may be now, or there is nothing. */
  waitMs(): number;
  /** Whether a table may be another one than what was written. */
  isPending(): boolean;
  /** Makes good what there is. @throws {KernelError|SystemError} where it cannot: it stays to be done. */
  repair(): void;
  /** How many tables were found edited and made good. */
  repairs(): number;
  /** That somebody insists, in words; `undefined` where nobody does. */
  problem(): string | undefined;
  /** What happened last, in words; `undefined` where that is long ago. */
  warning(): string | undefined;
}

export interface DriftOptions {
  readonly repair: NodeTables['repair'];
  /** The number of the kernel's rulesets of now. */
  readonly generation: () => number;
  readonly log: (message: string) => void;
}

/** What may have been edited since it was read last. */
interface Suspicion {
  readonly touches: ReadonlyMap<OurFamily, readonly Touch[]>;
  /** There may be anything else beside what is known. */
  readonly isLost: boolean;
  /** The last edit that is known; `undefined` where only that there may have been one. */
  readonly last: NftEdit | undefined;
  readonly edits: number;
  readonly since: number;
}

const FAMILIES: readonly OurFamily[] = ['inet', 'bridge'];
/** So long it is told what happened last. */
const TOLD_MS = 3_600_000;

/** Keeps account of edits; the tables are as they are now, or are read later. */
export function createDrift({ repair, generation, log }: DriftOptions): Drift {
  const pace = createPace();
  let pending: Suspicion | undefined;
  let seen = generation();
  let repairs = 0;
  let last: { readonly text: string; readonly editor: string; readonly at: number } | undefined;

  const report = (suspicion: Suspicion, found: ReadonlyMap<OurFamily, Restored>): void => {
    const edited = [...found].filter(([, how]) => how !== 'same');
    repairs += edited.length;
    const editor = suspicion.last === undefined ? 'a program' : editorText(suspicion.last);
    const ms = (performance.now() - suspicion.since).toFixed(1);
    log(`${toldText(suspicion, editor)}: ${foundText(edited)} ${ms} ms after it was told`);
    if (edited.length === 0) return;
    const text = `${editor} edited our tables, last at ${new Date().toISOString()}; they were repaired`;
    last = { text, editor, at: performance.now() };
  };

  return {
    noteEdit(edit) {
      // What was read afterwards needs no reading again.
      if (edit !== 'lost' && !isLater(edit.generation.id, seen)) return false;
      pending = joined(pending, edit);
      return true;
    },
    waitMs: () => (pending === undefined ? 0 : pace.waitMs()),
    isPending: () => pending !== undefined,
    repair() {
      if (pending === undefined) return;
      const suspicion = pending;
      const started = performance.now();
      const at = generation();
      try {
        const found = repair(damagesOf(suspicion));
        seen = at;
        pending = undefined;
        report(suspicion, found);
      } finally {
        pace.done(performance.now() - started);
      }
    },
    repairs: () => repairs,
    problem() {
      if (last === undefined || !pace.isStrained()) return undefined;
      const seconds = Math.ceil(pace.everyMs() / 1_000);
      const often = seconds === 1 ? 'once a second' : `once in ${seconds} seconds`;
      return `${last.editor} edits our tables again and again: they are repaired ${often}`;
    },
    warning: () =>
      last === undefined || performance.now() - last.at > TOLD_MS ? undefined : last.text,
  };
}

/** Numbers of rulesets begin anew after 2^32. */
function isLater(id: number, than: number): boolean {
  return ((id - than) | 0) > 0;
}

function joined(before: Suspicion | undefined, edit: NftEdit | 'lost'): Suspicion {
  const known = before ?? {
    touches: new Map<OurFamily, readonly Touch[]>(),
    isLost: false,
    last: undefined,
    edits: 0,
    since: performance.now(),
  };
  if (edit === 'lost') return { ...known, isLost: true };
  const touches = new Map(known.touches);
  for (const [family, more] of Map.groupBy(edit.touches, familyOf)) {
    // One who insists does not fill the memory.
    touches.set(family, [...(touches.get(family) ?? []), ...more].slice(0, MOST_TOUCHES));
  }
  return { ...known, touches, last: edit, edits: known.edits + 1 };
}

function familyOf({ table }: Touch): OurFamily {
  return table.family === 'bridge' ? 'bridge' : 'inet';
}

function damagesOf({ touches, isLost }: Suspicion): ReadonlyMap<OurFamily, Damage> {
  if (isLost) return new Map(FAMILIES.map((family) => [family, { kind: 'any' }]));
  return new Map([...touches].map(([family, those]) => [family, damageOf(those)]));
}

function toldText({ last, edits }: Suspicion, editor: string): string {
  if (last === undefined) return 'notifications were lost, and so the tables were read back';
  return `${editor} ${editText(last)}${edits > 1 ? `, the last of ${edits} edits` : ''}`;
}

function foundText(edited: readonly (readonly [OurFamily, Restored])[]): string {
  if (edited.length === 0) return 'nothing was different';
  const words = { same: 'as it was', mended: 'repaired', anew: 'made anew' } as const;
  const texts = edited.map(([family, how]) => `table ${family} ${words[how]}`);
  return `${texts.join(' and ')}, what passed meanwhile is not known,`;
}
