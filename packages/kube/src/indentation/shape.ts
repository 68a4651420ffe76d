/**
 * What a value may look like, as far as finding its place among lines goes.
 *
 * A view of core's schema: fields are described there and nowhere else.
 */
export type Shape =
  | { readonly kind: 'scalar' }
  | { readonly kind: 'list'; readonly item: Shape }
  /** Keys are the author's own, as in `matchLabels`; the values are scalars. */
  | { readonly kind: 'labels' }
  | { readonly kind: 'fields'; fieldOf(name: string): Shape | undefined };
