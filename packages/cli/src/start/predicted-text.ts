import type { Paint } from '../command-line/paint.ts';
import type { Input } from '../input/load-cluster.ts';
import { tableText } from '../truth/table-text.ts';
import { partiesOf } from './party.ts';
import { predictedRows } from './predicted-rows.ts';
import { DENIED, placeToEdit } from './what-next.ts';

/** Where things are, as somebody types them. */
export interface Paths {
  readonly ringfence: string;
  readonly shop: string;
  readonly expectations: string;
}

/** What policies mean where no network can be made: a table, and what to try without one. */
export function predictedText(
  input: Input,
  { ringfence, shop, expectations }: Paths,
  paint: Paint,
): readonly string[] {
  const parties = partiesOf(input.cluster);
  const names = parties.map(({ name }) => name);
  const { pod, namespace, address, port } = DENIED;
  return [
    `${paint.strong('predicted, nothing enforced')}: ${shop}   x allowed  . denied  ~ some pods only`,
    ...tableText(names, predictedRows(input.cluster, parties), paint),
    'try next:',
    `  ${ringfence} eval -f ${shop} --from ${namespace}/${pod} --to ${address} --port ${port}`,
    `  \${EDITOR:-vi} ${placeToEdit(input)}`,
    `  ${ringfence} test ${expectations}`,
  ];
}
