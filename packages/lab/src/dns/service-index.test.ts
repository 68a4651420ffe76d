import type { Change, Service } from '@ringfence/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { podNamed } from '../testing.ts';
import { createServiceIndex } from './service-index.ts';
import { serviceOf } from './testing.ts';

const arbLabels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'));
const arbService = fc
  .record({
    namespace: fc.constantFrom('shop', 'bank'),
    name: fc.constantFrom('one', 'two', 'three'),
    headless: fc.boolean(),
    selector: arbLabels.map((labels) => new Map(Object.entries(labels))),
  })
  .map(({ name, ...rest }) => serviceOf(name, rest));

test('after any history it knows the Services that are there, and no other', () => {
  const arbStep = fc.tuple(fc.boolean(), arbService);
  fc.assert(
    fc.property(fc.array(arbStep, { maxLength: 20 }), arbLabels, (steps, labels) => {
      const index = createServiceIndex();
      const there = new Map<string, Service>();
      for (const [comes, object] of steps) {
        const { kind, namespace, name } = object;
        index.apply(
          comes ? { kind: 'upsert', object } : { kind: 'delete', ref: { kind, namespace, name } },
        );
        there.delete(`${namespace}/${name}`);
        if (comes) there.set(`${namespace}/${name}`, object);
      }
      const pod = podNamed('web', { labels: new Map(Object.entries(labels)) });
      const expected = [...there.values()].filter(
        ({ namespace, headless, selector }) =>
          namespace === pod.namespace &&
          headless &&
          selector.size > 0 &&
          [...selector].every(([key, value]) => pod.labels.get(key) === value),
      );
      expect(index.headlessOf(pod).map(({ name }) => name)).toEqual(
        expected.map(({ name }) => name).sort(),
      );
      for (const namespace of ['shop', 'bank']) {
        const some = [...there.values()].some((each) => each.namespace === namespace);
        expect(index.hasServices(namespace)).toBe(some);
      }
    }),
  );
});

test('what happens to other objects is nothing to it', () => {
  const index = createServiceIndex();
  const other: Change = { kind: 'delete', ref: { kind: 'Pod', namespace: 'shop', name: 'web' } };
  index.apply({ kind: 'upsert', object: serviceOf('web') });
  index.apply(other);
  expect(index.hasServices('shop')).toBe(true);
});
