import { expect, test } from 'vitest';
import { formatPath, type Path } from '../issue.ts';
import { inDocumentOrder } from './document-order.ts';
import { unknownField } from './field-error.ts';

test('issues come as their places do; what is missing comes after its siblings', () => {
  const root = { b: [{ y: 1 }, { x: 1 }], a: { z: 1 } };
  const paths: readonly Path[] = [
    ['a', 'z'],
    ['missing'],
    ['b', 1, 'x'],
    ['b', 0, 'y'],
    ['b'],
    ['a', 'q'],
  ];
  const ordered = inDocumentOrder(
    root,
    paths.map((path) => unknownField({ path })),
  );
  expect(ordered.map(({ path }) => formatPath(path))).toEqual([
    'b',
    'b[0].y',
    'b[1].x',
    'a.z',
    'a.q',
    'missing',
  ]);
});
