import { expect, test } from 'vitest';
import type { Issue } from '../issue.ts';
import { read } from './read.ts';

function hintFor(spec: unknown): readonly string[] {
  const issues: Issue[] = [];
  read('NetworkPolicy', { spec }, { reading: 'strict', path: [], issues });
  return issues.map(({ message, hint }) => `${message} => ${hint}`);
}

const inPeer = (peer: unknown): unknown => ({ ingress: [{ from: [peer] }] });
const inRule = (rule: unknown): unknown => ({ ingress: [rule] });

test.each<[reason: string, spec: unknown, expected: string]>([
  [
    'case',
    inPeer({ NamespaceSelector: {} }),
    'unknown field "spec.ingress[0].from[0].NamespaceSelector" => write `namespaceSelector`: field names are case-sensitive',
  ],
  [
    'case of the whole',
    { podselector: {} },
    'unknown field "spec.podselector" => write `podSelector`: field names are case-sensitive',
  ],
  [
    'separators',
    { pod_selector: {} },
    'unknown field "spec.pod_selector" => write `podSelector`: field names are case-sensitive',
  ],
  [
    'a letter too few',
    { policyType: [] },
    'unknown field "spec.policyType" => write `policyTypes`',
  ],
  ['a swap', inRule({ form: [] }), 'unknown field "spec.ingress[0].form" => write `from`'],
  [
    'a letter too few inside a selector',
    { podSelector: { matchLabel: {} } },
    'unknown field "spec.podSelector.matchLabel" => write `matchLabels`',
  ],
  [
    'one level up',
    inPeer({ podSelector: {}, ports: [] }),
    'unknown field "spec.ingress[0].from[0].ports" => `ports` belongs one level up, beside `from`',
  ],
  [
    'two levels up',
    inPeer({ policyTypes: [] }),
    'unknown field "spec.ingress[0].from[0].policyTypes" => `policyTypes` belongs 2 levels up, beside `ingress`',
  ],
  [
    'inside the block',
    inPeer({ ipBlock: { cidr: '10.0.0.0/8' }, except: [] }),
    'unknown field "spec.ingress[0].from[0].except" => `except` belongs inside `ipBlock`',
  ],
  [
    'inside one of two',
    inPeer({ matchLabels: {} }),
    'unknown field "spec.ingress[0].from[0].matchLabels" => `matchLabels` belongs inside `podSelector` or `namespaceSelector`',
  ],
  [
    'inside an item',
    inRule({ protocol: 'TCP' }),
    'unknown field "spec.ingress[0].protocol" => `protocol` belongs inside an item of `ports`',
  ],
  [
    'one port without a list',
    inRule({ port: 80 }),
    'unknown field "spec.ingress[0].port" => write `ports`, with a list: `ports: [{port: …}]`',
  ],
  [
    'the wrong direction',
    inRule({ to: [] }),
    'unknown field "spec.ingress[0].to" => an ingress rule says `from`; `to` belongs in a rule of `egress`',
  ],
  [
    'the other wrong direction',
    { egress: [{ from: [] }] },
    'unknown field "spec.egress[0].from" => an egress rule says `to`; `from` belongs in a rule of `ingress`',
  ],
  [
    'namespaces by name',
    inPeer({ namespaceSelector: { matchNames: ['a'] } }),
    'unknown field "spec.ingress[0].from[0].namespaceSelector.matchNames" => write `matchLabels: {kubernetes.io/metadata.name: …}`',
  ],
  [
    'a label without matchLabels',
    { podSelector: { app: 'db' } },
    'unknown field "spec.podSelector.app" => write `matchLabels: {app: …}`',
  ],
  [
    'another word for except',
    inPeer({ ipBlock: { cidr: '10.0.0.0/8', exclude: [] } }),
    'unknown field "spec.ingress[0].from[0].ipBlock.exclude" => write `except`',
  ],
  ['nothing that we know', { zzz: 1 }, 'unknown field "spec.zzz" => '],
])('%s', (_reason, spec, expected) => {
  expect(hintFor(spec)).toEqual([expected]);
});

test('rules at the top belong in the spec', () => {
  const issues: Issue[] = [];
  const value = { metadata: {}, ingress: [], status: {} };
  read('NetworkPolicy', value, { reading: 'strict', path: [], issues });
  expect(issues.map(({ hint }) => hint)).toEqual([
    '`ingress` belongs inside `spec`',
    'remove `status`: a server once added it, and it never meant anything',
  ]);
});
