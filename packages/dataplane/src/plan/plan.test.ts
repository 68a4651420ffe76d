import { describe, expect, test } from 'vitest';
import { setsOf } from '../layout/sets.ts';
import { ALLOWED, DENIED, FIRST_IDENTITY } from '../ruleset/numbers.ts';
import type { Element, ElementSet } from '../ruleset/ruleset.ts';
import type { ElementsDelta, RulesetDelta } from '../ruleset/ruleset-delta.ts';
import { planOf } from './plan.ts';

const SETS = new Map(setsOf().map((set) => [set.name, set]));

function setNamed(name: string): ElementSet {
  const set = SETS.get(name);
  if (set === undefined) throw new Error(`no set ${name}`);
  return set;
}

function element(key: Element['key'], identity?: number): Element {
  return { key, identity, comment: '' };
}

function delta(
  elements: readonly ElementsDelta[],
  numbers: { readonly fresh?: readonly number[]; readonly old?: readonly number[] } = {},
): RulesetDelta {
  return {
    elements,
    newNumbers: new Set(numbers.fresh),
    oldNumbers: new Set(numbers.old),
  };
}

const gone = (name: string, ...elements: readonly Element[]): ElementsDelta => ({
  set: setNamed(name),
  gone: elements,
  come: [],
});
const come = (name: string, ...elements: readonly Element[]): ElementsDelta => ({
  set: setNamed(name),
  gone: [],
  come: elements,
});

const N = FIRST_IDENTITY;
const row = (subject: number, number: number, says: number = ALLOWED): Element =>
  element([subject, number], says);

describe('a plan', () => {
  test('brings rows of numbers that nobody has yet before those get them', () => {
    const address = come('identities4', element([1], N));
    const rows = come('ingress4_any_port', row(9, N), row(9, N + 1));
    expect(planOf(delta([address, rows], { fresh: [N] }), { maxElements: 10 })).toEqual({
      early: [{ elements: [come('ingress4_any_port', row(9, N))], revokes: false }],
      atOnce: {
        elements: [address, come('ingress4_any_port', row(9, N + 1))],
        revokes: true,
      },
      late: [],
    });
  });

  test('takes rows of numbers that nobody has any more after those lost them', () => {
    const address = gone('identities4', element([1], N));
    const rows = gone('ingress4_any_port', row(9, N));
    expect(planOf(delta([address, rows], { old: [N] }), { maxElements: 10 })).toEqual({
      early: [],
      atOnce: { elements: [address], revokes: true },
      late: [{ elements: [rows], revokes: false }],
    });
  });

  test('writes nothing at once where packets see no difference', () => {
    const rows = come('ingress4_any_port', row(9, N));
    expect(planOf(delta([rows], { fresh: [N] }), { maxElements: 10 }).atOnce).toBeUndefined();
    expect(planOf(delta([]), { maxElements: 10 })).toEqual({
      early: [],
      atOnce: undefined,
      late: [],
    });
  });

  test('does not take a number for a verdict, nor a verdict for a number', () => {
    // A port and a subject that are as large as a number of a peer.
    const rows = come('ingress4_ports', element([N, 3, N, N], ALLOWED));
    const { early, atOnce } = planOf(delta([rows], { fresh: [N] }), { maxElements: 10 });
    expect([early.length, atOnce?.elements.length]).toEqual([0, 1]);
  });

  test.each([1, 2, 3, 7, 100])('puts at most %d elements into what comes early', (maxElements) => {
    const rows = Array.from({ length: 7 }, (_, index) => row(index, N));
    const more = Array.from({ length: 4 }, (_, index) => element([index, N, 6, 80], ALLOWED));
    const { early } = planOf(
      delta([come('ingress4_any_port', ...rows), come('ingress4_ports', ...more)], { fresh: [N] }),
      { maxElements },
    );
    const sizes = early.map(({ elements }) =>
      elements.reduce((sum, each) => sum + each.come.length, 0),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxElements);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(11);
    expect(early).toHaveLength(Math.ceil(11 / maxElements));
  });
});

describe('a change revokes', () => {
  test.each<[string, ElementsDelta, boolean]>([
    ['where an allowing row goes', gone('ingress4_ports', element([9, 3, 6, 80], ALLOWED)), true],
    ['not where one comes', come('ingress4_ports', element([9, 3, 6, 80], ALLOWED)), false],
    [
      'where a denying row comes',
      come('egress6_ranges', element([{ first: 1, last: 99 }, 3, 9n, 6], DENIED)),
      true,
    ],
    [
      'not where one goes',
      gone('egress6_ranges', element([{ first: 1, last: 99 }, 3, 9n, 6], DENIED)),
      false,
    ],
    ['where a pod becomes a subject', come('egress4_subjects', element([9])), true],
    ['not where it is none any more', gone('egress4_subjects', element([9])), false],
    ['where an address has another number', come('identities4', element([9], N)), true],
    ['where it has none any more', gone('segments6', element([{ first: 0n, last: 9n }], N)), true],
    ['where a pod becomes ready: it is judged from then on', come('ready4', element([9])), true],
    ['where it is not ready any more', gone('ready6', element([9n])), true],
    ['not where a pod may send from an interface', come('bound4', element(['veth', 9])), false],
    ['where a node is known: no tunnels to it', come('nodes4', element([9])), true],
    ['not where it is gone', gone('nodes4', element([9])), false],
    ['where the own node is not exempt any more', gone('own_node4', element([9])), true],
    ['not where it is', come('own_node6', element([9n])), false],
    [
      'where there are more addresses of pods',
      come('pod_ranges4', element([{ first: 1, last: 2 }])),
      true,
    ],
    ['where there is another interface of pods', come('pod_interfaces', element(['veth'])), true],
    ['not where that is gone', gone('pod_interfaces', element(['veth'])), false],
    ['where a pod may meet itself', come('itself4', element([9, 9])), true],
  ])('%s', (_, change, revokes) => {
    expect(planOf(delta([change]), { maxElements: 10 }).atOnce?.revokes).toBe(revokes);
  });

  test('where one part of it does', () => {
    const parts = [come('bound4', element(['veth', 9])), come('nodes4', element([9]))];
    expect(planOf(delta(parts), { maxElements: 10 }).atOnce?.revokes).toBe(true);
  });
});
