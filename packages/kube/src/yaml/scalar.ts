/**
 * Reads a plain (unquoted) scalar as kubectl does: YAML 1.1, in the dialect of the Go library that
 * it uses. `yes`, `on` and `y` are true, `0x50`, `0o120` and `0120` are 80, `080` is 80 as well,
 * `1_000` and `1e2` are numbers, `~` and nothing are null, times and base 60 stay text.
 */
export function plainScalar(text: string): unknown {
  const hint = HINTS[text.charCodeAt(0)];
  if (text !== '' && hint === undefined) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text === '' || text === '~' || NULLS.has(text)) return null;
  if (hint === 'word') return text;
  return numberOf(text) ?? text;
}

/** Reads the text as a number under the same rules; undefined where it is none. */
export function numberOf(text: string): number | undefined {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text;
  if (text.startsWith('.')) return FRACTION.test(text) ? Number(plain) : undefined;
  if (DECIMAL.test(plain)) return Number(plain);
  const radix = RADIX.exec(plain);
  if (radix !== null) {
    const [, sign, marked = '', octal = ''] = radix;
    // A leading zero means octal, as long as the digits are.
    const magnitude = marked === '' ? Number(`0o${octal}`) : Number(marked.toLowerCase());
    return sign === '-' ? -magnitude : magnitude;
  }
  return FLOAT.test(plain) ? Number(plain) : undefined;
}

const WORDS: ReadonlyMap<string, boolean | number> = new Map<string, boolean | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(
    (word) => [word, Number.POSITIVE_INFINITY] as const,
  ),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

const NULLS: ReadonlySet<string> = new Set(['null', 'Null', 'NULL']);

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/u;
const RADIX = /^([-+]?)(?:(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)|0([0-7]+))$/u;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u;
const FRACTION = /^\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?$/u;

/** What a scalar can be, by its first character; anything else is text. */
const HINTS: readonly (string | undefined)[] = hints();

function hints(): (string | undefined)[] {
  const table: (string | undefined)[] = Array.from({ length: 128 });
  for (const character of '0123456789+-.') table[character.charCodeAt(0)] = 'number';
  for (const character of 'yYnNtTfFoO~') table[character.charCodeAt(0)] = 'word';
  return table;
}
