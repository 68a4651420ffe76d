/**
 * Writes plain data as YAML in block style, as people write manifests: two spaces, and quotes only
 * where a reader of YAML 1.1 or 1.2 would otherwise take the text for something else. The last line
 * is not ended.
 */
export function blockYaml(value: unknown): string {
  return yamlWriter()(value);
}

/**
 * Makes a function that does the same for one value after the other. What is the same object in many of
 * them is written once; it must not change meanwhile.
 */
export function yamlWriter(): (value: unknown) => string {
  const known: Known = new WeakMap();
  return (value) => {
    if (!isCollection(value) || isEmpty(value)) return flowYaml(value);
    const lines: string[] = [];
    writeBlock(value, '', { lines, known });
    return lines.join('\n');
  };
}

/** The lines of fields' values that were written before, with their indentation. */
type Known = WeakMap<Collection, { readonly indent: string; readonly lines: readonly string[] }>;

interface Output {
  readonly lines: string[];
  readonly known: Known;
}

/** Writes plain data as YAML on one line. */
export function flowYaml(value: unknown): string {
  if (!isCollection(value)) return scalar(value);
  if (isList(value)) return `[${value.map(flowYaml).join(', ')}]`;
  const entries = entriesOf(value).map(([key, item]) => `${text(key)}: ${flowYaml(item)}`);
  return `{${entries.join(', ')}}`;
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>;

/** Adds the lines of a collection that is not empty. */
function writeBlock(value: Collection, indent: string, output: Output): void {
  if (isList(value)) {
    for (const item of value) writeItem(item, indent, output);
    return;
  }
  const { lines } = output;
  for (const [key, item] of entriesOf(value)) {
    const head = `${indent}${text(key)}:`;
    if (!isCollection(item) || isEmpty(item)) {
      lines.push(`${head} ${flowYaml(item)}`);
      continue;
    }
    lines.push(head);
    writeField(item, isList(item) ? indent : `${indent}  `, output);
  }
}

function writeField(value: Collection, indent: string, output: Output): void {
  const { lines, known } = output;
  const before = known.get(value);
  if (before?.indent === indent) {
    // Not all at once: there may be more than a call takes.
    for (const line of before.lines) lines.push(line);
    return;
  }
  const start = lines.length;
  writeBlock(value, indent, output);
  known.set(value, { indent, lines: lines.slice(start) });
}

function writeItem(item: unknown, indent: string, output: Output): void {
  const { lines } = output;
  if (!isCollection(item) || isEmpty(item)) {
    lines.push(`${indent}- ${flowYaml(item)}`);
    return;
  }
  const start = lines.length;
  writeBlock(item, `${indent}  `, output);
  // The dash takes the place of the first line's indentation.
  lines[start] = `${indent}- ${(lines[start] ?? '').slice(indent.length + 2)}`;
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? text(value) : (JSON.stringify(value) ?? 'null');
}

/** Words that some reader takes for a truth value or for nothing. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null|nan)$/i;

/** Starts with a letter (or is a path), so it is no number, date, address or indicator. */
const PLAIN = /^[A-Za-z/][\w./@+-]*(?: [\w./@+-]+)*$/;

/** An IPv4 address or block: two dots keep any reader from taking it for a number. */
const DOTTED = /^\d+(?:\.\d+){3}(?:\/\d+)?$/;

function text(value: string): string {
  const plain = PLAIN.test(value) ? !RESERVED.test(value) : DOTTED.test(value);
  return plain ? value : JSON.stringify(value);
}

function isCollection(value: unknown): value is Collection {
  return typeof value === 'object' && value !== null;
}

function isList(value: Collection): value is readonly unknown[] {
  return Array.isArray(value);
}

function isEmpty(value: Collection): boolean {
  if (isList(value)) return value.length === 0;
  return Object.values(value).every((item) => item === undefined);
}

function entriesOf(
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
