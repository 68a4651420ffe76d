import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANY_OUTSIDE, FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { createIdentities, type Identities } from './identities.ts';
import { type Member, NOT_THERE, numberOf } from './member.ts';

/** A peer of some addresses of which one thing is said: its key. */
function member(lowest: number, weight: number = 1): Member {
  return {
    kind: 'outside',
    facts: NOT_THERE,
    names: undefined,
    special: { IPv4: new Map(), IPv6: undefined },
    key: undefined,
    identity: undefined,
    look: () => new Set(),
    pods: () => [],
    ranges: () => [],
    weight: () => weight,
    lowest: () => lowest,
  };
}

/** Says other things of some members. */
function say(
  identities: Identities,
  ...of: readonly (readonly [Member, string | undefined])[]
): ReturnType<Identities['settle']> {
  for (const [each, key] of of) each.key = key;
  return identities.settle(of.map(([each]) => each));
}

const numbersOf = (of: Iterable<{ readonly number: number }>): readonly number[] =>
  [...of].map(({ number }) => number);

describe('numbers of peers', () => {
  test('begin in the order of their lowest addresses, whoever is told of first', () => {
    const identities = createIdentities();
    const [low, high] = [member(1), member(2)];
    say(identities, [high, 'b'], [low, 'a']);
    expect([numberOf(low), numberOf(high)]).toEqual([FIRST_IDENTITY, FIRST_IDENTITY + 1]);
  });

  test('are one for all of whom the same is said, and none where nothing is', () => {
    const identities = createIdentities();
    const [one, other, plain] = [member(1), member(2), member(3)];
    say(identities, [one, 'a'], [other, 'a'], [plain, undefined]);
    expect([one, other, plain].map(numberOf)).toEqual([
      FIRST_IDENTITY,
      FIRST_IDENTITY,
      ANY_OUTSIDE,
    ]);
  });

  test('stay when something else is said of all: nobody is renumbered', () => {
    const identities = createIdentities();
    const [one, other] = [member(1), member(2)];
    say(identities, [one, 'a'], [other, 'a']);
    const { renumbered, changed, removed } = say(identities, [one, 'b'], [other, 'b']);
    expect([renumbered, removed]).toEqual([[], []]);
    expect([...changed].map(([{ number }, before]) => [number, before !== undefined])).toEqual([
      [FIRST_IDENTITY, true],
    ]);
  });

  test('stay with most addresses where peers part', () => {
    const identities = createIdentities();
    const [few, many] = [member(1, 2), member(2, 5)];
    say(identities, [few, 'a'], [many, 'a']);
    const { renumbered } = say(identities, [few, 'b'], [many, 'c']);
    // Whoever is looked at first may keep it; the other one alone gets another.
    expect(renumbered).toHaveLength(1);
    expect(new Set([numberOf(few), numberOf(many)])).toEqual(
      new Set([FIRST_IDENTITY, FIRST_IDENTITY + 1]),
    );
  });

  test('stay with those that are left behind', () => {
    const identities = createIdentities();
    const [one, other] = [member(1), member(2)];
    say(identities, [one, 'a'], [other, 'a']);
    const { renumbered } = say(identities, [one, 'b']);
    expect(renumbered).toEqual([one]);
    expect([numberOf(one), numberOf(other)]).toEqual([FIRST_IDENTITY + 1, FIRST_IDENTITY]);
  });

  test('are of the larger part where peers become one', () => {
    const identities = createIdentities();
    const [few, many] = [member(1, 2), member(2, 5)];
    say(identities, [few, 'a'], [many, 'b']);
    const { renumbered, removed } = say(identities, [few, 'c'], [many, 'c']);
    expect(renumbered).toEqual([few]);
    expect(numbersOf(removed)).toEqual([FIRST_IDENTITY]);
  });

  test('are not given again at once when nobody has them any more', () => {
    const identities = createIdentities();
    const one = member(1);
    const seen: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      say(identities, [one, 'a']);
      seen.push(numberOf(one));
      say(identities, [one, undefined]);
    }
    expect(new Set(seen).size).toBe(20);
  });

  test('are those that somebody knows from before', () => {
    const one = member(1);
    const identities = createIdentities({
      of: (each) => (each === one ? 99 : undefined),
      highest: 99,
    });
    const other = member(2);
    say(identities, [one, 'a'], [other, 'b']);
    expect(numberOf(one)).toBe(99);
    expect(numberOf(other)).not.toBe(99);
  });

  test('known from before are no use to a second one', () => {
    const identities = createIdentities({ of: () => 99, highest: 99 });
    const [one, other] = [member(1), member(2)];
    say(identities, [one, 'a'], [other, 'b']);
    expect(numberOf(one)).toBe(99);
    expect(numberOf(other)).not.toBe(99);
  });

  test('that are in the kernel and nobody inherits get no other meaning', () => {
    const one = member(1);
    const identities = createIdentities({
      of: (each) => (each === one ? 20 : undefined),
      highest: 40,
    });
    const others = [member(2), member(3)] as const;
    say(identities, [one, 'a'], [others[0], 'b'], [others[1], 'c']);
    expect([one, ...others].map(numberOf)).toEqual([20, 41, 42]);
  });

  test('known from before are not given again either, once nobody has them', () => {
    const identities = createIdentities({ of: () => FIRST_IDENTITY, highest: FIRST_IDENTITY });
    const one = member(1);
    say(identities, [one, 'a']);
    say(identities, [one, undefined]);
    say(identities, [one, 'b']);
    expect(numberOf(one)).not.toBe(FIRST_IDENTITY);
  });
});

test('whatever is said: one number for one key, told whenever it is another one', () => {
  const arbSayings = fc.array(
    fc.array(fc.tuple(fc.nat(5), fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })), {
      maxLength: 6,
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(arbSayings, (sayings) => {
      const identities = createIdentities();
      const members = Array.from({ length: 6 }, (_, index) => member(index, index + 1));
      const released = new Set<number>();
      for (const saying of sayings) {
        const before = new Map(members.map((each) => [each, numberOf(each)]));
        const had = new Set(before.values());
        const of = new Map<Member, string | undefined>();
        for (const [index, key] of saying) {
          const each = members[index];
          if (each !== undefined) of.set(each, key);
        }
        const delta = say(identities, ...of);
        const now = new Set(members.map(numberOf));
        expect(new Set(delta.renumbered)).toEqual(
          new Set(members.filter((each) => before.get(each) !== numberOf(each))),
        );
        const isPeer = (number: number): boolean => number >= FIRST_IDENTITY;
        expect(new Set(numbersOf(delta.removed))).toEqual(
          new Set([...had].filter((number) => isPeer(number) && !now.has(number))),
        );
        const fresh = [...now].filter((number) => isPeer(number) && !had.has(number));
        for (const number of fresh) expect(released.has(number), `${number}`).toBe(false);
        for (const number of numbersOf(delta.removed)) released.add(number);
        for (const one of members) {
          expect(identities.withNumber(numberOf(one))).toBe(one.identity);
          for (const other of members) {
            expect(numberOf(one) === numberOf(other)).toBe(one.key === other.key);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
