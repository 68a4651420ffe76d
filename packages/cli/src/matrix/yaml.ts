import { yamlWriter } from '@ringfence/core';
import type { MatrixLists } from './json.ts';

/** The same as in JSON. */
export function* yamlText(
  { endpoints, connections }: MatrixLists,
  warnings: readonly unknown[],
): Iterable<string> {
  const write = yamlWriter();
  yield* yamlList('endpoints', endpoints, write);
  yield* yamlList('connections', connections, write);
  if (warnings.length > 0) yield* yamlList('warnings', warnings, write);
}

function* yamlList(
  name: string,
  items: Iterable<unknown>,
  write: (value: unknown) => string,
): Iterable<string> {
  let empty = true;
  for (const item of items) {
    if (empty) yield `${name}:\n`;
    empty = false;
    yield `${write([item])}\n`;
  }
  if (empty) yield `${name}: []\n`;
}
