/**
 * Writes plain data as YAML in block style, as people write manifests: two spaces, and quotes only
 * where a reader of YAML 1.1 or 1.2 would otherwise take the text for something else. The last line
 * is not ended.
 */
export function blockYaml(value: unknown): string {
  return isCollection(value) && !isEmpty(value) ? block(value, '').join('\n') : flowYaml(value);
}

/** Writes plain data as YAML on one line. */
export function flowYaml(value: unknown): string {
  if (!isCollection(value)) return scalar(value);
  if (isList(value)) return `[${value.map(flowYaml).join(', ')}]`;
  const entries = entriesOf(value).map(([key, item]) => `${text(key)}: ${flowYaml(item)}`);
  return `{${entries.join(', ')}}`;
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>;

function block(value: Collection, indent: string): readonly string[] {
  if (isList(value)) return value.flatMap((item) => listItem(item, indent));
  return entriesOf(value).flatMap(([key, item]) => {
    const head = `${indent}${text(key)}:`;
    if (!isCollection(item) || isEmpty(item)) return [`${head} ${flowYaml(item)}`];
    return [head, ...block(item, isList(item) ? indent : `${indent}  `)];
  });
}

function listItem(item: unknown, indent: string): readonly string[] {
  if (!isCollection(item) || isEmpty(item)) return [`${indent}- ${flowYaml(item)}`];
  const [first = '', ...rest] = block(item, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
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
  const plain = DOTTED.test(value) || (PLAIN.test(value) && !RESERVED.test(value));
  return plain ? value : JSON.stringify(value);
}

function isCollection(value: unknown): value is Collection {
  return typeof value === 'object' && value !== null;
}

function isList(value: Collection): value is readonly unknown[] {
  return Array.isArray(value);
}

function isEmpty(value: Collection): boolean {
  return (isList(value) ? value.length : entriesOf(value).length) === 0;
}

function entriesOf(
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
