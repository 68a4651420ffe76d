import type { ElementsDelta } from '@ringfence/dataplane';
import type { Change } from '@ringfence/netlink';
import { encodeElements } from './encode-elements.ts';
import { setReference, type TableName } from './encode-set.ts';

/**
 * Lists the changes of elements for one transaction: everything that goes, then everything that
 * comes, so that a key may do both.
 */
export function elementChanges(
  table: TableName,
  deltas: readonly ElementsDelta[],
): readonly Change[] {
  const gone = deltas.map(
    ({ set, gone: elements }): Change => ({
      kind: 'deleteElements',
      set: setReference(table, set),
      elements: encodeElements(set, elements),
    }),
  );
  const come = deltas.map(
    ({ set, come: elements }): Change => ({
      kind: 'addElements',
      set: setReference(table, set),
      elements: encodeElements(set, elements),
    }),
  );
  return [...gone, ...come].filter(
    (change) => !('elements' in change) || change.elements.length > 0,
  );
}
