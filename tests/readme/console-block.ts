/** A command that a document shows, and what it shows as its output. */
export interface ShownCommand {
  readonly command: string;
  /** Lines, without the one that ends the last. A line `...` stands for any lines. */
  readonly output: readonly string[];
  /** The line of the document, counted from 1. */
  readonly line: number;
}

/**
 * Reads the commands out of a document's `console` blocks, in order.
 *
 * A line that starts with `$ ` is a command; one that starts with `> ` continues it; what follows
 * is its output.
 */
export function shownCommands(markdown: string): readonly ShownCommand[] {
  const shown: { command: string; output: string[]; line: number }[] = [];
  let inside = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (line.startsWith('```')) {
      inside = !inside && line === '```console';
      continue;
    }
    if (!inside) continue;
    const last = shown.at(-1);
    if (line.startsWith('$ ')) {
      shown.push({ command: line.slice(2), output: [], line: index + 1 });
    } else if (line.startsWith('> ') && last?.output.length === 0) {
      last.command += `\n${line.slice(2)}`;
    } else {
      last?.output.push(line);
    }
  }
  return shown.map(({ command, output, line }) => ({ command, output: withoutGap(output), line }));
}

/** Whether an output is the one that is shown. */
export function isShown(output: readonly string[], shown: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return output.length === 0;
  if (first === '...') {
    return Array.from({ length: output.length + 1 }, (_, skipped) => output.slice(skipped)).some(
      (tail) => isShown(tail, rest),
    );
  }
  return output[0] === first && isShown(output.slice(1), rest);
}

/** Empty lines before the next command separate; they are no output. */
function withoutGap(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
