import type * as netlink from '@ringfence/netlink';
import { type Change, type Expression, missingPrivilege } from '@ringfence/netlink';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { countsText } from '../flows/findings-text.ts';
import { mostCaught } from '../flows/judge.ts';
import { randomChanges } from '../flows/random-changes.ts';
import { seeded } from '../flows/random.ts';
import { tamper } from './tamper.ts';
import { type Fault, findingsOf } from './trial.ts';

// Agents that are broken on purpose: the trials must find each of them out, else they find nothing.

vi.mock('@ringfence/netlink', async (original) => {
  const real = await original<typeof netlink>();
  const { tampered } = await import('./tamper.ts');
  return { ...real, commit: tampered(real.commit) };
});

type Write = (changes: readonly Change[]) => void;

const PAUSE_MS = 30;
const still = new Int32Array(new SharedArrayBuffer(4));
const pause = (): void => void Atomics.wait(still, 0, 0, PAUSE_MS);

/** What goes is gone for a while before something comes. */
function inPieces(write: Write, changes: readonly Change[]): void {
  const isGone = ({ kind }: Change): boolean => kind === 'deleteElements';
  write(changes.filter(isGone));
  pause();
  write(changes.filter((change) => !isGone(change)));
}

/** A set of ranges gets its elements after the rules that look into it are in force. */
function rangesLate(write: Write, changes: readonly Change[]): void {
  const isRange = (change: Change): boolean =>
    'elements' in change && /^segments|_ranges$/.test(change.set.name);
  write(changes.filter((change) => !isRange(change)));
  pause();
  write(changes.filter(isRange));
}

/** Flows that were allowed are never looked at again. */
function withoutGeneration(write: Write, changes: readonly Change[]): void {
  write(changes.filter(({ kind }) => kind !== 'replaceRule'));
}

/** The number of a peer goes to others while its rows are still there. */
function numbersEarly(write: Write, changes: readonly Change[]): void {
  const isIdentity = (change: Change): boolean =>
    'elements' in change && change.set.name.startsWith('identities');
  write(changes.filter(isIdentity));
  pause();
  write(changes.filter((change) => !isIdentity(change)));
}

/** Packets of pods are not held against the addresses that are theirs. */
function unbound(write: Write, changes: readonly Change[]): void {
  write(
    changes.map((change) => {
      if (change.kind !== 'addRule' || !['unbound', 'spoofed'].includes(change.rule.chain)) {
        return change;
      }
      const expressions = change.rule.expressions.map(
        (each): Expression =>
          each.kind === 'verdict' && each.verdict.kind === 'drop'
            ? { ...each, verdict: { kind: 'accept' } }
            : each,
      );
      return { ...change, rule: { ...change.rule, expressions } };
    }),
  );
}

const ROUNDS = 40;

/** Policies change at random, under an agent that writes in some way. */
function faultOf(title: string): Fault {
  const changes = randomChanges(seeded(7));
  return {
    title,
    topology: 'routed',
    packets: 1,
    rounds: ROUNDS,
    async round({ change, lab }, count) {
      const { change: next, text } = changes.next();
      await change(`${count}: ${text}`, () => lab.apply([next]));
    },
  };
}

const missing = missingPrivilege();

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'broken agents' : `broken agents (skipped: ${missing})`,
  () => {
    afterEach(() => {
      tamper.between = undefined;
    });

    const mutations: readonly (readonly [string, NonNullable<typeof tamper.between>])[] = [
      ['that replaces in two steps', inPieces],
      ['that fills sets of ranges late', rangesLate],
      ['that leaves the generation as it is', withoutGeneration],
      ['that gives numbers to peers before their rows are there', numbersEarly],
      ['that does not bind sources', unbound],
    ];
    test.each(mutations)('an agent %s is found out', async (name, between) => {
      tamper.between = between;
      const findings = await findingsOf(faultOf(`an agent ${name}`));
      process.stdout.write(`an agent ${name}: ${countsText(findings)}\n`);
      const { leaked, lost, caught } = findings;
      expect(leaked + lost > 0 || caught > mostCaught(findings)).toBe(true);
    });

    test('one that is whole is not', async () => {
      const findings = await findingsOf(faultOf('an agent that is whole'));
      const { leaked, lost, caught } = findings;
      expect({ leaked, lost }).toEqual({ leaked: 0, lost: 0 });
      expect(caught).toBeLessThanOrEqual(mostCaught(findings));
    });
  },
);
