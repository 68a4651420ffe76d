import type { Paint } from './paint.ts';

/** Sets rows in columns, two blanks between them, the first row as their heads. */
export function columnsText(rows: readonly (readonly string[])[], paint: Paint): readonly string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  return rows.map((row, index) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return index === 0 ? paint.strong(line.trimEnd()) : line.trimEnd();
  });
}
