import type * as netlink from '@ringfence/netlink';
import { missingPrivilege } from '@ringfence/netlink';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { countsText } from '../flows/findings-text.ts';
import { type Findings, mostCaught } from '../flows/judge.ts';
import { randomChanges } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import {
  errorsStamp,
  inPieces,
  numbersEarly,
  rangesLate,
  tableAnew,
  unbound,
  withoutGeneration,
} from './broken-writes.ts';
import { toldOfErrors } from './errors.ts';
import { UPGRADES } from './restarts.ts';
import { tamper } from './tamper.ts';
import { type Fault, findingsOf } from './trial.ts';

// Agents that are broken on purpose: the trials must find each of them out, else they find nothing.

vi.mock('@ringfence/netlink', async (original) => {
  const real = await original<typeof netlink>();
  const { tampered } = await import('./tamper.ts');
  return { ...real, commit: tampered(real.commit) };
});

const SEED = 7;
const ROUNDS = 40;

/** What goes on under an agent. */
type Course = Pick<Fault, 'flows' | 'round' | 'rounds'>;

/** Policies change at random. */
function changed(): Course {
  const changes = randomChanges(seeded(SEED));
  return {
    rounds: ROUNDS,
    async round({ change, lab }, count) {
      const { change: next, text } = changes.next();
      await change(`${count}: ${text}`, () => lab.apply([next]));
    },
  };
}

/** The same, and errors about conversations are told. */
function toldOf(): Course {
  return { ...toldOfErrors(SEED), rounds: ROUNDS };
}

async function findingsUnder(title: string, course: Course): Promise<Findings> {
  const findings = await findingsOf({ title, topology: 'routed', packets: 0, ...course });
  process.stdout.write(`${title}: ${countsText(findings)}\n`);
  return findings;
}

const missing = missingPrivilege();

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'broken agents' : `broken agents (skipped: ${missing})`,
  () => {
    afterEach(() => {
      tamper.between = undefined;
    });

    const mutations: readonly (readonly [string, typeof tamper.between, Course])[] = [
      ['that replaces in two steps', inPieces, changed()],
      ['that fills sets of ranges late', rangesLate, changed()],
      ['that leaves the generation as it is', withoutGeneration, changed()],
      ['that gives numbers to peers before their rows are there', numbersEarly, changed()],
      ['that does not bind sources', unbound, changed()],
      ['that lets errors about a flow renew it', errorsStamp, toldOf()],
      ['that deletes a table before it makes the next one', tableAnew, UPGRADES],
    ];
    test.each(mutations)('an agent %s is found out', async (name, between, course) => {
      tamper.between = between;
      const findings = await findingsUnder(`an agent ${name}`, course);
      const { leaked, lost, caught } = findings;
      expect(leaked + lost > 0 || caught > mostCaught(findings)).toBe(true);
    });

    test('one that is whole is not', async () => {
      const findings = await findingsUnder('an agent that is whole', changed());
      const { leaked, lost, caught } = findings;
      expect({ leaked, lost }).toEqual({ leaked: 0, lost: 0 });
      expect(caught).toBeLessThanOrEqual(mostCaught(findings));
    });
  },
);
