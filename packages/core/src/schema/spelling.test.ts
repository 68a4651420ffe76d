import { expect, test } from 'vitest';
import { nearest, sameButForCase } from './spelling.ts';

test.each<[reason: string, name: string, candidates: readonly string[], meant: string | undefined]>(
  [
    ['case', 'ingress', ['Ingress', 'Egress'], 'Ingress'],
    ['a letter dropped', 'Ingres', ['Ingress', 'Egress'], 'Ingress'],
    ['neighbours swapped', 'Ingerss', ['Ingress', 'Egress'], 'Ingress'],
    ['too far', 'Both', ['Ingress', 'Egress'], undefined],
    ['a short name tolerates little', 'xx', ['to', 'from'], undefined],
    ['an empty name is near nothing', '', ['to'], undefined],
    ['a very long name is near nothing', 'a'.repeat(100_000), ['ab'], undefined],
  ],
)('%s', (_reason, name, candidates, meant) => {
  expect(nearest(name, candidates)).toBe(meant);
});

test('case and separators do not tell names apart', () => {
  expect(sameButForCase('Pod-Selector', 'podSelector')).toBe(true);
  expect(sameButForCase('podSelectors', 'podSelector')).toBe(false);
});
