import { expect, test } from 'vitest';
import { PLAIN } from '../command-line/paint.ts';
import type { NodeReport } from './node-report.ts';
import { reportText } from './report-text.ts';

const REPORT: NodeReport = {
  node: 'node-1',
  holds: false,
  wrong: [],
  notes: ['nobody owns it'],
  differences: [
    { kind: 'layout', where: 'rule 1 of chain input', kernel: '', expected: 'drop' },
    {
      kind: 'element',
      set: 'bound4',
      is: 'extra',
      element: '{ "veth1" . 10.0.0.1 }',
      means: 'it lies',
    },
    {
      kind: 'connections',
      from: 'shop/web (10.0.0.1)',
      to: 'shop/db (10.0.0.2)',
      peers: 3,
      traffic: 'TCP 80',
      direction: 'ingress',
      kernel: 'deny',
      policies: 'allow',
      rule: 'NetworkPolicy shop/db, ingress[0]',
      because: 'no row speaks of it',
    },
  ],
  differencesInAll: 5,
  harmless: [],
  harmlessInAll: 1,
  compared: {
    rules: 1,
    elements: 2,
    addresses: 3,
    numbers: 4,
    classes: 5,
    parts: 6,
    subjects: 7,
    functions: 8,
  },
  readMs: 1.4,
  proveMs: 2.6,
};

test('a report tells what was proved, and every difference', () => {
  expect(reportText([REPORT], PLAIN)).toBe(`node-1: the kernel does not hold what the policies mean
  1 rules, 2 elements and 4 numbers of peers read back in 1 ms, proved in 3 ms:
  every port and protocol for 7 subjects with 3 addresses of pods (5 classes)
  and all other addresses (6 parts); 8 functions compared
  nobody owns it
  rule 1 of chain input is another one:
    kernel    nothing
    expected  drop
  bound4: { "veth1" . 10.0.0.1 } is too many: it lies
  shop/web (10.0.0.1) -> shop/db (10.0.0.2) and 2 more like the sender, TCP 80, ingress:
    kernel    deny: no row speaks of it
    policies  allow: NetworkPolicy shop/db, ingress[0]
  and 2 more differences
  without effect on any verdict:
    and 1 more element
`);
});
