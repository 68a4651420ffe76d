import type { Fault } from '../text/span.ts';
import { skipSpace } from './structure.ts';

/**
 * Says where and why the value that begins at `start` is no JSON. `JSON.parse` decides whether
 * there is a fault; its messages give no reliable place, so the text is read once more.
 */
export function faultIn(text: string, start: number): Fault {
  const reader: Reader = { text, position: start, fault: undefined };
  value(reader, 0);
  return reader.fault ?? { offset: start, message: 'not valid JSON', hint: '' };
}

interface Reader {
  readonly text: string;
  position: number;
  fault: Fault | undefined;
}

function value(reader: Reader, depth: number): void {
  if (reader.fault !== undefined) return;
  const character = reader.text[reader.position];
  if (depth > 100) blame(reader, 'nested too deeply');
  else if (character === '{') members(reader, { depth, close: '}' });
  else if (character === '[') members(reader, { depth, close: ']' });
  else if (character === '"') string(reader);
  else scalar(reader);
}

function members(
  reader: Reader,
  { depth, close }: { readonly depth: number; readonly close: '}' | ']' },
): void {
  const open = reader.position;
  advance(reader, 1);
  if (reader.text[reader.position] === close) {
    advance(reader, 1);
    return;
  }
  for (;;) {
    if (close === '}') field(reader, depth);
    else value(reader, depth + 1);
    if (reader.fault !== undefined) return;
    skip(reader);
    const next = reader.text[reader.position];
    if (next === close) {
      reader.position += 1;
      return;
    }
    if (next !== ',') {
      const line = reader.text.slice(0, open).split('\n').length;
      const unclosed = `the \`${close === '}' ? '{' : '['}\` of line ${line} is never closed`;
      blame(reader, next === undefined ? unclosed : `expected \`,\` or \`${close}\``);
      return;
    }
    advance(reader, 1);
    if (reader.text[reader.position] === close) {
      blame(reader, `expected another value before \`${close}\``, 'remove the comma before it');
      return;
    }
  }
}

function field(reader: Reader, depth: number): void {
  if (reader.text[reader.position] !== '"') {
    blame(reader, 'expected a field name in double quotes');
    return;
  }
  string(reader);
  if (reader.fault !== undefined) return;
  skip(reader);
  if (reader.text[reader.position] !== ':') {
    blame(reader, 'expected `:` after a field name');
    return;
  }
  advance(reader, 1);
  value(reader, depth + 1);
}

// eslint-disable-next-line no-control-regex -- JSON forbids exactly these.
const STRING = /"(?:[^"\\\u0000-\u001F]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const SCALAR =
  /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![\w.+-])/uy;

function string(reader: Reader): void {
  const end = reader.position + (match(STRING, reader)?.length ?? 1);
  const next = reader.text[end];
  reader.position = end;
  if (next === '"') reader.position += 1;
  else if (next === '\\') blame(reader, 'no such escape in a string');
  else if (next === undefined || next === '\n' || next === '\r') {
    blame(reader, 'a string that is never closed');
  } else blame(reader, 'a control character in a string', 'write it as an escape');
}

function scalar(reader: Reader): void {
  const text = match(SCALAR, reader);
  if (text === undefined) blame(reader, 'expected a value');
  else reader.position += text.length;
}

function match(pattern: RegExp, { text, position }: Reader): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}

function advance(reader: Reader, by: number): void {
  reader.position += by;
  skip(reader);
}

function skip(reader: Reader): void {
  reader.position = skipSpace(reader.text, reader.position);
}

function blame(reader: Reader, problem: string, hint = ''): void {
  const { position, text } = reader;
  const character = text.codePointAt(position);
  const got =
    character === undefined ? 'the end of the text' : `\`${String.fromCodePoint(character)}\``;
  const message = `not valid JSON: ${problem}, got ${got}`;
  reader.fault ??= { offset: Math.min(position, text.length), message, hint };
}
