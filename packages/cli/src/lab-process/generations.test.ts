import type { Change, NetworkPolicy } from '@ringfence/core';
import { expect, test } from 'vitest';
import { createGenerations } from './generations.ts';

const policy = (name: string, generation = 0): NetworkPolicy => ({
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name,
  generation,
  subject: [],
  egress: { kind: 'notIsolated' },
  ingress: { kind: 'notIsolated' },
});
const comes = (name: string, generation = 0): Change => ({
  kind: 'upsert',
  object: policy(name, generation),
});
const goes = (name: string): Change => ({
  kind: 'delete',
  ref: { kind: 'NetworkPolicy', namespace: 'shop', name },
});

test('each change of a policy counts, and who comes again begins anew', () => {
  const counted = createGenerations();
  const numbers = (changes: readonly Change[]): readonly unknown[] =>
    counted(changes).map((change) =>
      change.kind === 'upsert' && 'generation' in change.object
        ? `${change.object.name} ${change.object.generation}`
        : change.kind,
    );
  expect(numbers([comes('a'), comes('b'), comes('c', 7)])).toEqual(['a 1', 'b 1', 'c 7']);
  expect(numbers([comes('a')])).toEqual(['a 2']);
  expect(numbers([goes('a'), comes('b')])).toEqual(['delete', 'b 2']);
  expect(numbers([comes('a')])).toEqual(['a 1']);
});

test('what has no generation stays as it is', () => {
  const namespace: Change = {
    kind: 'upsert',
    object: { kind: 'Namespace', name: 'shop', labels: new Map(), terminating: false },
  };
  expect(createGenerations()([namespace])).toEqual([namespace]);
});
