import { FAMILIES, type Family } from '@ringfence/core';
import type { IdentityDelta } from './identities.ts';
import type { Identity, SpecialByFamily } from './member.ts';
import type { CompileOptions } from './options.ts';
import { rowsOf } from './rows.ts';
import type { Voice } from './voice.ts';
import { explained } from './voice-rows.ts';

/** Gives voices the rows that follow from what is said of peers; notes whose rows are others. */
export function speak(delta: IdentityDelta, changed: Set<Voice>, options: CompileOptions): void {
  for (const { number, special } of delta.removed) {
    for (const family of FAMILIES) {
      for (const voice of special[family]?.keys() ?? []) {
        voice.rows.drop(family, number);
        changed.add(voice);
      }
    }
  }
  for (const [identity, before] of delta.changed) {
    for (const family of FAMILIES) {
      for (const voice of respeak({ identity, before, family }, options)) changed.add(voice);
    }
  }
}

/** Changes the rows of those voices that say something else of an identity; tells which they are. */
function* respeak(
  of: {
    readonly identity: Identity;
    readonly before: SpecialByFamily | undefined;
    readonly family: Family;
  },
  options: CompileOptions,
): Iterable<Voice> {
  const { identity, before, family } = of;
  const { number, kind, special } = identity;
  const [was, is] = [before?.[family], special[family]];
  for (const voice of was?.keys() ?? []) {
    if (is?.has(voice) === true) continue;
    voice.rows.drop(family, number);
    yield voice;
  }
  for (const [voice, said] of is ?? []) {
    if (was?.get(voice)?.key === said.key) continue;
    const rows = rowsOf(said.ports, voice.general[family][kind].ports);
    voice.rows.put(family, number, explained(rows, said, options));
    yield voice;
  }
}
