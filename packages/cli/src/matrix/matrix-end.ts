import type { Reach, ReachEnd } from '@ringfence/core';
import { kindNamed, typedKind } from '../ends/kind.ts';

/** An end of the matrix, and what it is called. */
export interface MatrixEnd {
  readonly end: ReachEnd;
  /** What programs call it: `shop/deployment/web`, `outside-1`. Unique among the ends of a cluster. */
  readonly id: string;
  /** What people read, and may type as an END: `shop/deploy/web`, `outside-1`. */
  readonly label: string;
}

/** Names all ends. Names do not depend on what is printed of them. */
export function nameEnds({ ends }: Pick<Reach, 'ends'>): readonly MatrixEnd[] {
  const outside = ends.filter(({ kind }) => kind === 'outside');
  const [first] = outside;
  return ends.map((end) => {
    if (end.kind === 'outside') {
      const id =
        outside.length === 1 ? 'outside' : `outside-${end.index - (first?.index ?? 0) + 1}`;
      return { end, id, label: id };
    }
    const { namespace, owner } = end;
    const plain = owner.kind.toLowerCase();
    const known = kindNamed(owner.kind);
    const short = known === undefined ? plain : typedKind(known);
    return {
      end,
      id: `${namespace}/${plain}/${owner.name}`,
      label: `${namespace}/${short}/${owner.name}`,
    };
  });
}
