import * as fc from 'fast-check';
import type { Writer } from './writer.ts';

/** An attribute with a value, or with attributes inside it. */
export type AttributeTree =
  | { readonly kind: 'leaf'; readonly type: number; readonly value: Uint8Array }
  | { readonly kind: 'nest'; readonly type: number; readonly inside: readonly AttributeTree[] };

const arbType = fc.integer({ min: 0, max: 0x3fff });

const { tree } = fc.letrec<{ tree: AttributeTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('leaf' as const),
      type: arbType,
      value: fc.uint8Array({ maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant('nest' as const),
      type: arbType,
      inside: fc.array(tie('tree'), { maxLength: 4 }),
    }),
  ),
}));

/** Attributes as they stand in a message. */
export const arbAttributes: fc.Arbitrary<readonly AttributeTree[]> = fc.array(tree, {
  maxLength: 6,
});

/** Writes attributes in their order. */
export function writeTrees(into: Writer, trees: readonly AttributeTree[]): Writer {
  for (const each of trees) {
    if (each.kind === 'leaf') into.attribute(each.type, each.value);
    else into.nest(each.type, (inside) => void writeTrees(inside, each.inside));
  }
  return into;
}
