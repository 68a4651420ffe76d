import { missingPrivilege } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { changeAtRandom } from './flows/change-at-random.ts';
import { countsText, resumedText } from './flows/findings-text.ts';
import { setUp } from './flows/stage.ts';

// Long conversations go on while policies change. Each record is held against what the evaluator
// says of its flow: what is denied stops at once, in both directions; what is allowed never notices.

const missing = missingPrivilege();
const CHANGES = 200;
const EVERY_MS = 8;

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'established flows' : `established flows (skipped: ${missing})`,
  () => {
    test.each(['routed', 'bridge'] as const)(
      `follow ${CHANGES} changes of policy, %s`,
      async (topology) => {
        const seed = Number(process.env['RINGFENCE_SEED'] ?? Date.now() % 1_000_000);
        const stage = await setUp(topology);
        const traffic = await stage.converse({ everyMs: EVERY_MS });
        try {
          const { findings, flips } = await changeAtRandom(stage, traffic, {
            seed,
            changes: CHANGES,
          });
          const { sent, allowed, lost, denied, leaked, faults } = findings;
          process.stdout.write(
            `${topology}, seed ${seed}: ${countsText(findings)}; flows were denied ` +
              `${flips.denied} times; ${resumedText(findings)}\n`,
          );
          expect(stage.complaints()).toEqual([]);
          expect([...faults]).toEqual([]);
          expect({ lost, leaked }).toEqual({ lost: 0, leaked: 0 });
          // Else nothing was tested.
          expect(flips.denied).toBeGreaterThan(CHANGES);
          expect(allowed).toBeGreaterThan(sent / 5);
          expect(denied).toBeGreaterThan(sent / 20);
        } finally {
          await traffic.stop();
          await stage.close();
        }
      },
    );
  },
);
