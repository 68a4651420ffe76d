/** A line with something on it, its indentation put aside. */
export interface Line {
  /** Where `text` begins, from the start of the document. */
  readonly offset: number;
  readonly indentation: number;
  /** Begins with a dash: an item of a list. */
  readonly item: boolean;
  /** Undefined where the line is no field: a bare value. */
  readonly key: string | undefined;
  readonly value: 'nothing' | 'scalar' | 'mapping' | 'list' | 'unclear';
  /** Without indentation, dash and spaces at the end. */
  readonly text: string;
  /** Comments that stand above it. */
  readonly comments: readonly string[];
}

/** Takes a document's text apart; comments stay with the line below them. */
export function contentLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  let comments: string[] = [];
  for (const { 0: raw, index } of text.matchAll(/[^\r\n]+/gu)) {
    const content = raw.trim();
    if (content.startsWith('#')) comments.push(content);
    if (content === '' || content.startsWith('#') || /^(?:---|\.\.\.)/u.test(content)) continue;
    lines.push({ ...contentLine(raw, index), comments });
    comments = [];
  }
  return lines;
}

function contentLine(raw: string, start: number): Omit<Line, 'comments'> {
  // INVARIANT: no part of these patterns can take what another one leaves, or long lines take hours.
  const [head = '', spaces = '', dash = ''] =
    /^([ \t]*)(-(?:[ \t]+|$))?/u.exec(raw.trimEnd()) ?? [];
  const text = raw.trimEnd().slice(head.length);
  const field = /^("[^"]*"[ \t]*|'[^']*'[ \t]*|[^\s'"{[#-][^:#]*):(?:[ \t]+(.*))?$/su.exec(text);
  const [, key, value = ''] = field ?? [];
  return {
    offset: start + spaces.length + dash.length,
    indentation: spaces.length,
    item: dash !== '',
    key: key?.trimEnd().replaceAll(/^["']|["']$/gu, ''),
    value: valueKind(field === null ? text : value),
    text,
  };
}

function valueKind(value: string): Line['value'] {
  if (/^(?:#.*)?$/u.test(value)) return 'nothing';
  switch (value.charAt(0)) {
    case '{':
      return value.includes('}') ? 'mapping' : 'unclear';
    case '[':
      return value.includes(']') ? 'list' : 'unclear';
    case '|':
    case '>':
    case '&':
    case '*':
    case '-':
      return 'unclear';
    default:
      return 'scalar';
  }
}
