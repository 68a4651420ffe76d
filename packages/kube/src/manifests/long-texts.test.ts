import { expect, test } from 'vitest';
import { readManifests } from './read-manifests.ts';

const POLICY = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'a' },
};
const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\nname: a\nspec: x';

/**
 * Texts that are made to hold up their reader: each took minutes, or more than the stack, when a part
 * of the reading looked at all of the text, or at all issues, once for every line or issue.
 */
test.each<[reason: string, text: string, errors: number]>([
  ['documents that end with dots', 'a: 1\n...\n'.repeat(10_000), 20_000],
  ['JSON that is never closed', '{\n'.repeat(200_000), 100],
  ['a gap in a line', `${HEAD}${' '.repeat(90_000)}y\n`, 1],
  ['spaces before a comment', `${HEAD}${' '.repeat(90_000)}#\n`, 1],
  ['lines of old', 'a\r'.repeat(200_000), 1],
  [
    'a field twice in every item',
    `kind: List\nitems:\n${'- {a: 1, a: 1}\n'.repeat(10_000)}`,
    30_000,
  ],
  [
    'very many issues of one policy',
    JSON.stringify({
      ...POLICY,
      spec: {
        podSelector: {},
        ingress: [{ ports: Array.from({ length: 70_000 }, () => ({ port: 'A B' })) }],
      },
    }),
    140_000,
  ],
])('the reader comes to an end: %s', { timeout: 60_000 }, (_, text, wanted) => {
  const { errors } = readManifests([{ name: 'a.yaml', text }], { namespace: 'n', strict: false });
  expect(errors.length).toBe(wanted);
});
