/** Writes a text in quotes as Go's `%q` does, of which Kubernetes' messages are made. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += escapeOf(character);
  return `${quoted}"`;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

function escapeOf(character: string): string {
  const short = SHORT.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (isPrintable(character, code)) return character;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

/** Most text is ASCII; the tables that tell other letters are loaded only when they are needed. */
function isPrintable(character: string, code: number): boolean {
  return code < 0x80 ? code >= 0x20 && code < 0x7f : /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
