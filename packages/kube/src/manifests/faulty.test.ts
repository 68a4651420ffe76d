import { formatPath } from '@ringfence/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifests } from './read-manifests.ts';
import { renderIssue } from './render-issue.ts';

/**
 * Manifests that guides print with faults, and the mistakes that only the text shows: what is said,
 * and at which line. `kubectl` names what it does with the same text.
 */
const HEAD = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\n';

interface Faulty {
  readonly reason: string;
  readonly text: string;
  /** `line:column code path` */
  readonly errors: readonly string[];
  readonly hint?: RegExp;
}

const FAULTY: readonly Faulty[] = [
  {
    reason: 'a field with a capital (guide: access from within a namespace)',
    text: `kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata:
  name: intra-namespace
  namespace: freeforall
spec:
  podSelector:
  ingress:
    - from:
      - NamespaceSelector:
          matchLabels:
            name: freeforall
`,
    errors: ['10:9 unknownField spec.ingress[0].from[0].NamespaceSelector'],
    hint: /namespaceSelector/u,
  },
  {
    reason: 'only a part of a spec (guide: an egress rule by itself)',
    text: `egress:
  - to:
      - ipBlock:
          cidr: 10.0.0.0/24
    ports:
      - protocol: TCP
        port: 443
`,
    errors: ['1:1 misplaced '],
  },
  {
    reason: 'no apiVersion: kubectl refuses it (row 11)',
    text: 'kind: NetworkPolicy\nmetadata:\n  name: a\nspec: {podSelector: {}}\n',
    errors: ['1:1 notSet apiVersion'],
  },
  {
    reason: 'an apiVersion without its suffix (row 13)',
    text: HEAD.replace('networking.k8s.io/v1', 'networking/v1'),
    errors: ['1:13 noMatches apiVersion'],
    hint: /networking\.k8s\.io\/v1/u,
  },
  {
    reason: 'an apiVersion that is not served any more (row 12)',
    text: HEAD.replace('networking.k8s.io/v1', 'extensions/v1beta1'),
    errors: ['1:13 noMatches apiVersion'],
    hint: /networking\.k8s\.io\/v1/u,
  },
  {
    reason: 'two selectors in one mapping: kubectl takes the last (row 28)',
    text: `${HEAD}spec:\n  podSelector:\n    matchLabels: {a: b}\n  podSelector: {}\n`,
    errors: ['8:3 duplicateField spec.podSelector'],
    hint: /line 6 /u,
  },
  {
    reason: 'an unquoted boolean as a label (row 29)',
    text: `${HEAD}  labels:\n    enabled: yes\n`,
    errors: ['6:14 typeMismatch metadata.labels.enabled'],
  },
  {
    reason: 'an unquoted number as a label (row 29)',
    text: `${HEAD}  labels: {version: 1.10}\n`,
    errors: ['5:21 typeMismatch metadata.labels.version'],
  },
  {
    reason: 'an unquoted boolean in a selector (row 30)',
    text: `${HEAD}spec:\n  podSelector:\n    matchLabels:\n      canary: on\n`,
    errors: ['8:15 typeMismatch spec.podSelector.matchLabels.canary'],
  },
  {
    reason: 'a tab',
    text: `${HEAD}spec:\n\tpodSelector: {}\n`,
    errors: ['6:1 syntax '],
    hint: /spaces/u,
  },
];

test.each(FAULTY)('$reason', ({ text, errors, hint }) => {
  const loaded = readManifests([{ name: 'a', text }], { namespace: 'shop', strict: true });
  expect(loaded.objects).toEqual([]);
  expect(
    loaded.errors.map(
      ({ place, code, path }) => `${place.line}:${place.column} ${code} ${formatPath(path)}`,
    ),
  ).toEqual(errors);
  for (const issue of loaded.errors) {
    expect(renderIssue(issue)).toMatch(/^error: a:\d+:\d+: .+\n {2}\d+ \| .*\n {2} +\| *\^+/u);
    if (hint !== undefined) expect(issue.hint).toMatch(hint);
  }
});

test('no text makes it throw', () => {
  const lines = [HEAD, ...FAULTY.map(({ text }) => text)].flatMap((text) => text.split('\n'));
  const others = ['---', '{', '}', '- a', 'kind: List', 'items:', '- kind: Pod', '{{ .x }}'];
  const line = fc.constantFrom('a: &x', 'b: *x', ...lines, ...others);
  const text = fc.array(line, { maxLength: 20 }).map((chosen) => chosen.join('\n'));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), fc.boolean(), (texts, strict) => {
      const sources = texts.map((written, index) => ({ name: `${index}.yaml`, text: written }));
      const { errors, warnings } = readManifests(sources, { namespace: 'a', strict });
      for (const issue of [...errors, ...warnings]) expect(renderIssue(issue)).not.toBe('');
    }),
    { numRuns: 2_000 },
  );
});
