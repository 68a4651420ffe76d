import { blockYaml } from '@ringfence/core';
import type { MatrixLists } from './json.ts';

/** The same as in JSON. */
export function* yamlText(
  { endpoints, connections }: MatrixLists,
  warnings: readonly unknown[],
): Iterable<string> {
  yield* yamlList('endpoints', endpoints);
  yield* yamlList('connections', connections);
  if (warnings.length > 0) yield* yamlList('warnings', warnings);
}

function* yamlList(name: string, items: Iterable<unknown>): Iterable<string> {
  let empty = true;
  for (const item of items) {
    if (empty) yield `${name}:\n`;
    empty = false;
    yield `${blockYaml([item])}\n`;
  }
  if (empty) yield `${name}: []\n`;
}
