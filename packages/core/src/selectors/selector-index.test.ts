import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalSelector } from './canonical.ts';
import {
  type LabelRequirement,
  type Labels,
  type LabelSelector,
  selects,
} from './label-selector.ts';
import { createSelectorIndex } from './selector-index.ts';

const KEYS = ['app', 'tier', 'constructor'] as const;
const VALUES = ['a', 'b', 'c'] as const;

const arbRequirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('in' as const, 'notIn' as const),
    key: fc.constantFrom(...KEYS),
    values: fc.subarray([...VALUES], { minLength: 1 }).map((values) => new Set(values)),
  }),
  fc.record({
    kind: fc.constantFrom('exists' as const, 'doesNotExist' as const),
    key: fc.constantFrom(...KEYS),
  }),
);
const arbSelector: fc.Arbitrary<LabelSelector> = fc.array(arbRequirement, { maxLength: 3 });
const arbLabels: fc.Arbitrary<Labels> = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES)), { maxLength: 3 })
  .map((entries) => new Map(entries));

const labelled = (entries: Record<string, string>): Labels => new Map(Object.entries(entries));

describe('selects', () => {
  test.each<[string, LabelSelector, Labels, boolean]>([
    ['the empty selector selects everything', [], labelled({}), true],
    ['In needs the key', [{ kind: 'in', key: 'app', values: new Set(['a']) }], labelled({}), false],
    [
      'NotIn holds without the key',
      [{ kind: 'notIn', key: 'app', values: new Set(['a']) }],
      labelled({}),
      true,
    ],
    [
      'Exists holds for an empty value',
      [{ kind: 'exists', key: 'app' }],
      labelled({ app: '' }),
      true,
    ],
    [
      'DoesNotExist fails for an empty value',
      [{ kind: 'doesNotExist', key: 'app' }],
      labelled({ app: '' }),
      false,
    ],
    [
      'a key that objects inherit is no label',
      [{ kind: 'exists', key: 'constructor' }],
      labelled({}),
      false,
    ],
  ])('%s', (_, selector, labels, wanted) => {
    expect(selects(selector, labels)).toBe(wanted);
  });
});

describe('canonicalSelector', () => {
  test('is the same for the same requirements in any order, and only for equivalent selectors', () => {
    fc.assert(
      fc.property(arbSelector, arbSelector, fc.array(arbLabels), (left, right, labelSets) => {
        expect(canonicalSelector([...left].reverse())).toBe(canonicalSelector(left));
        if (canonicalSelector(left) !== canonicalSelector(right)) return;
        for (const labels of labelSets) expect(selects(left, labels)).toBe(selects(right, labels));
      }),
      { numRuns: 2_000 },
    );
  });

  test('values that look like syntax do not make different selectors equal', () => {
    const one: LabelSelector = [{ kind: 'in', key: 'a', values: new Set(['x","y']) }];
    const two: LabelSelector = [{ kind: 'in', key: 'a', values: new Set(['x', 'y']) }];
    expect(canonicalSelector(one)).not.toBe(canonicalSelector(two));
  });
});

describe('createSelectorIndex', () => {
  test('finds exactly what a look at every selector finds, after additions and removals', () => {
    fc.assert(
      fc.property(
        fc.array(arbSelector),
        fc.array(fc.nat()),
        arbLabels,
        (selectors, removals, labels) => {
          const index = createSelectorIndex<number>();
          const kept = new Map(selectors.entries());
          selectors.forEach((selector, item) => index.add(selector, item));
          for (const removal of removals) {
            const item = removal % Math.max(1, selectors.length);
            const selector = kept.get(item);
            if (selector === undefined) continue;
            index.remove(selector, item);
            kept.delete(item);
          }
          const wanted = [...kept]
            .filter(([, selector]) => selects(selector, labels))
            .map(([item]) => item);
          expect(new Set(index.selecting(labels))).toEqual(new Set(wanted));
          expect(index.selecting(labels)).toHaveLength(wanted.length);
          expect(index.size).toBe(kept.size);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
