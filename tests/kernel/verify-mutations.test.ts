import { understood } from '@ringfence/dataplane';
import { missingPrivilege } from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FoundTables } from '../../packages/cli/src/verify/tables.ts';
import { witnessBetween } from '../engine/witness.ts';
import { type Random, seeded } from './flows/random.ts';
import { type MutationStage, setUpMutations } from './verify/mutation-stage.ts';

// Each edit of the kernel's tables is found, or changes no verdict: then a second witness, which walks
// both dumps with packets, must see no difference either.

const missing = missingPrivilege();
const EDITS = 520;
const PACKETS = 150;

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'edits of the kernel' : `edits of the kernel (skipped: ${missing})`,
  () => {
    let stage: MutationStage;

    beforeAll(async () => {
      stage = await setUpMutations();
    });
    afterAll(async () => await stage.close());

    test('are none at first', () => {
      expect(stage.wrong(stage.tables())).toEqual([]);
    });

    test(`are found or without effect, each of ${EDITS}`, () => {
      const seed = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);
      const random = seeded(seed);
      const counts = new Map<string, number>();
      const missed: string[] = [];
      const before = stage.tables();
      for (let done = 0; done < EDITS; ) {
        const edit = stage.editAtRandom(random);
        if (edit === undefined) continue;
        if (stage.apply(edit.changes)) {
          done += 1;
          const after = stage.tables();
          const isFound = stage.wrong(after).length > 0;
          const kind = `${edit.what.replace(/^.*: /u, '')} ${isFound ? 'found' : 'without effect'}`;
          counts.set(kind, (counts.get(kind) ?? 0) + 1);
          if (!isFound) {
            const witnesses = witnessesOf([before, after], stage, random);
            missed.push(...witnesses.map((text) => `${edit.what}: ${text}`));
          }
        }
        expect(stage.apply(edit.undo), edit.what).toBe(true);
      }
      const texts = [...counts].map(([kind, count]) => `${count} ${kind}`).sort();
      process.stdout.write(`seed ${seed}: ${texts.join(', ')}\n`);
      expect(missed).toEqual([]);
      expect(stage.wrong(stage.tables())).toEqual([]);
    });
  },
);

/** What the second witness says about an edit that was not found. */
function witnessesOf(
  [before, after]: readonly [FoundTables, FoundTables],
  { ownAddresses: own }: MutationStage,
  random: Random,
): readonly string[] {
  return (['inet', 'bridge'] as const).flatMap((family) => {
    const [one, other] = [before, after].map((tables) => {
      const ruleset = tables[family]?.ruleset;
      return ruleset && understood(ruleset);
    });
    if (one === undefined || other === undefined) return ['a table is not understood'];
    const packet = witnessBetween([one, other], { random, own, packets: PACKETS });
    if (packet === undefined) return [];
    return [
      JSON.stringify(packet, (_, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      ),
    ];
  });
}
