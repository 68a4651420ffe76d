import * as fc from 'fast-check';
import type { Source } from '@ringfence/kube';

/** What YAML, JSON and templates are made of, and where documents and lists are cut. */
const FRAGMENTS: readonly string[] = [
  ['---', '...', '- ', '? ', ': ', ':', ', ', '{', '}', '[', ']', '"', "'", '|', '>', '|2-', '#'],
  ['&a ', '*a', '&a [*a]', '<<: *a', '<<: [*a, *a]', '!!str ', '!!binary ', '!!js/func ', '!'],
  ['%YAML 1.2', '%TAG ! x:', '\t', ' ', '  ', '\n', '\r', '\r\n', '\u0085', '\u2028', '\uFEFF'],
  [
    '\0',
    '\u001B[2J',
    '\\',
    '\\u0000',
    '\\uD800',
    '{{ .x }}',
    '{{- if }}',
    '~',
    'null',
    'yes',
    '012',
  ],
  [
    '.nan',
    '.inf',
    '0x',
    '1e999',
    '1_0',
    '0o8',
    '2001-01-01',
    '12:30:45',
    '=',
    '__proto__: ',
    'a: b',
  ],
  ['apiVersion: v1', 'kind: List', 'kind: Pod', 'items:\n', 'items:\n- ', 'metadata:\n', 'spec:\n'],
].flat();

/** One edit of a text. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
  readonly whole: 'characters' | 'lines';
}

const arbEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  length: fc.oneof(fc.constantFrom(0, 0, 1), fc.nat(30)),
  text: fc.oneof(
    fc.constant(''),
    fc.constantFrom(...FRAGMENTS),
    fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 5 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc
      .tuple(fc.constantFrom(...FRAGMENTS), fc.integer({ min: 100, max: 3_000 }))
      .map(([fragment, times]) => fragment.repeat(times)),
  ),
  whole: fc.constantFrom('characters', 'lines'),
});

/** A text of fragments, or of anything. */
export const arbNoise: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => new TextDecoder('utf-8').decode(bytes)),
  fc
    .tuple(
      fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 500, max: 5_000 }),
    )
    .map(([parts, times]) => parts.join('').repeat(times)),
);

/** One of the texts after a few edits, and perhaps with another kind of lines. */
export function arbEdited(sources: readonly Source[]): fc.Arbitrary<string> {
  const ends = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
  return fc
    .tuple(fc.constantFrom(...sources), fc.array(arbEdit, { minLength: 1, maxLength: 4 }), ends)
    .map(([{ text }, edits, end]) => edits.reduce(edited, text).replaceAll('\n', end));
}

function edited(text: string, { at, length, text: by, whole }: Edit): string {
  if (whole === 'characters') {
    const start = at % (text.length + 1);
    return text.slice(0, start) + by + text.slice(start + length);
  }
  const lines = text.split('\n');
  // A line that is kept and repeated repeats its fields.
  const start = at % (lines.length + 1);
  const again = by === '' ? lines.slice(start, start + length) : [by];
  return [...lines.slice(0, start), ...again, ...lines.slice(start)].join('\n');
}
