import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readText } from './read-text.ts';
import { readYaml } from './yaml/read-yaml.ts';
import { linesOf } from './text/lines.ts';
import type { Span } from './text/span.ts';

/** JSON values as manifests have them: a mapping at the root. */
const json = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 4 }), {
  noNullPrototype: true,
});

test('YAML and JSON read the same from JSON text', () => {
  fc.assert(
    fc.property(json, fc.integer({ min: 0, max: 3 }), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const expected = [JSON.parse(text)];
      expect(readText(text).map((document) => document.value)).toEqual(expected);
      // YAML forbids a few characters that JSON allows.
      const printable = !/[\u007F-\u009F\uFFFE\uFFFF\uD800-\uDFFF\u2028\u2029\uFEFF]/u.test(text);
      if (printable) expect(readYaml(text).map((document) => document.value)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('every place points at its text', () => {
  fc.assert(
    fc.property(json, fc.boolean(), (value, asYaml) => {
      const text = `\n${JSON.stringify(value, undefined, 2)}`;
      const [document] = asYaml ? readYaml(text) : readText(text);
      if (document?.value === undefined) return;
      for (const [key, field] of Object.entries(value)) {
        const found = document.find([key]);
        expect(found.steps).toBe(1);
        expect(text.slice(found.key?.start, found.key?.end)).toBe(JSON.stringify(key));
        const start = text.slice(found.value?.start).charAt(0);
        expect(start).toBe(JSON.stringify(field).charAt(0));
      }
    }),
    { numRuns: 300 },
  );
});

/** What YAML and JSON are made of, and where documents and lists are cut. */
const FRAGMENTS = [
  'a|b|: |\n|\r\n|  |- |---|\n---\n|...|{|}|[|]|"|\'|&x |*x|<<: |? |>|#|!t |%YAML 1.2\n|\t|,|~|1',
  '\nitems:\n- |kind: List\n|\uFEFF|{{ .x }}|\\|\0|\u2028',
].flatMap((fragments) => fragments.split('|'));

const fragment = fc.constantFrom('|', ...FRAGMENTS);

test('no text makes it throw, and all faults lie inside the text', () => {
  const text = fc.oneof(
    fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  fc.assert(
    fc.property(text, (written) => {
      for (const document of readText(written)) {
        document.duplicates();
        document.find(['items', 0, 'a']);
        for (const { offset } of document.faults) {
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(written.length);
        }
      }
    }),
    { numRuns: 5_000 },
  );
});

test('lines and columns count as an editor does', () => {
  const text = '\uFEFFa\r\n\tb\n\nc';
  const { placeOf, spanOf } = linesOf(text);
  const textOf = ({ start, end }: Span): string => text.slice(start, end);
  expect([1, 4, 5, 8].map((offset) => placeOf(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 2, column: 1 },
    { line: 2, column: 2 },
    { line: 4, column: 1 },
  ]);
  expect([1, 2, 3, 4, 5].map((line) => textOf(spanOf(line)))).toEqual(['a', '\tb', '', 'c', '']);
});
