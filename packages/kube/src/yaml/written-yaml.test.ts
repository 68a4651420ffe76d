/** What core writes as YAML is read back here, where YAML is read. */
import { blockYaml, flowYaml } from '@ringfence/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocuments } from '../manifests/read-documents.ts';

const arbScalar = fc.oneof(
  fc.constantFrom(
    '',
    'yes',
    'No',
    'null',
    '~',
    '1',
    '1e3',
    '0x1f',
    '2024-01-01',
    '12:30:00',
    '- a',
  ),
  fc.constantFrom(
    'a: b',
    'a #b',
    ' a',
    'a ',
    '# c',
    '[',
    '{}',
    '*',
    '&a',
    '!t',
    '"',
    "'",
    '::1',
    'a:',
  ),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const arbKey = fc.oneof(fc.constantFrom('a', 'b/c', 'y', '1', 'a: b', '-'), fc.string());
const { arbValue } = fc.letrec<{ arbValue: unknown }>((tie) => ({
  arbValue: fc.oneof(
    { depthSize: 'small' },
    arbScalar,
    fc.array(tie('arbValue'), { maxLength: 3 }),
    fc.dictionary(arbKey, tie('arbValue'), { maxKeys: 3 }),
  ),
}));

test.each([
  ['block style', blockYaml],
  ['flow style', flowYaml],
])('%s is read back as the same', (_, write) => {
  fc.assert(
    fc.property(fc.dictionary(arbKey, arbValue, { minKeys: 1, maxKeys: 4 }), (value) => {
      const [document] = readDocuments({
        name: 'x',
        text: `at:\n- ${write(value).replaceAll('\n', '\n  ')}\n`,
      });
      expect(document?.issues).toEqual([]);
      expect(JSON.stringify(document?.value)).toBe(JSON.stringify({ at: [value] }));
    }),
    { numRuns: 2_000 },
  );
});
