import { listOf } from './list.ts';
import { mentioned } from './mentioned.ts';
import { namesAmong } from './names.ts';
import { outsideKey } from './outside-key.ts';
import { PORTS_LEGEND } from './ports-text.ts';
import { tabled } from './tabled.ts';
import type { View } from './view.ts';

const KEY_WIDTH = 200;

/** A table as GitHub draws it: for a pull request, or a page of documentation. */
export function* markdownText(whole: View): Iterable<string> {
  const view = tabled(whole);
  const names = namesAmong(view.all);
  yield `Who may send to whom; what is not listed is denied (${PORTS_LEGEND}).\n\n`;
  yield '| to | ports | from |\n|---|---|---|\n';
  const entries = listOf(view);
  for (const { to, lines } of entries) {
    for (const [index, { ports, from }] of lines.entries()) {
      const label = index === 0 ? names(to).map(code).join(', ') : '';
      yield `| ${label} | ${ports.join(', ')} | ${from.map(code).join(', ')} |\n`;
    }
  }
  const key = outsideKey(mentioned(view, entries, names), KEY_WIDTH);
  if (key.length > 0) yield `\n${key.map((line) => `- ${line}\n`).join('')}`;
}

/** Names as code, where they are names: `shop/*` is not to make text slanted. */
function code(name: string): string {
  return name.includes('/') ? `\`${name}\`` : name;
}
