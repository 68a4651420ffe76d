import { expect, test } from 'vitest';
import { decode } from '../decode.ts';
import type { Reading } from '../schema/read.ts';

function issuesOf(spec: unknown, reading: Reading = 'strict'): readonly string[] {
  const metadata = { name: 'p' };
  const value = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata, spec };
  const decoded = decode(value, { namespace: 'shop', reading });
  if (decoded.kind === 'otherKind') throw new Error('not decoded');
  const issues = decoded.kind === 'invalid' ? decoded.issues : decoded.warnings;
  return issues.map(({ severity, message, hint }) => `${severity}: ${message} => ${hint}`);
}

const inPort = (port: unknown): unknown => ({ ingress: [{ ports: [port] }] });
const inPeer = (peer: unknown): unknown => ({ ingress: [{ from: [peer] }] });
const block = (cidr: unknown, except?: unknown): unknown => inPeer({ ipBlock: { cidr, except } });
const expression = (requirement: object): unknown => ({
  podSelector: { matchExpressions: [requirement] },
});
const PORT = 'error: spec.ingress[0].ports[0]';
const PEER = 'error: spec.ingress[0].from[0]';
const SELECTOR = 'error: spec.podSelector.matchExpressions[0]';

// The field paths, the kinds of error and the details are those of a server.
test.each<[reason: string, spec: unknown, issues: readonly string[]]>([
  [
    'zero is no port',
    inPort({ port: 0 }),
    [`${PORT}.port: Invalid value: 0: must be between 1 and 65535, inclusive => `],
  ],
  [
    'a port beyond the last',
    inPort({ port: 65_536 }),
    [`${PORT}.port: Invalid value: 65536: must be between 1 and 65535, inclusive => `],
  ],
  [
    'a range backwards',
    inPort({ port: 90, endPort: 80 }),
    [
      `${PORT}.endPort: Invalid value: 90: must be greater than or equal to \`port\` => write \`port: 80\` and \`endPort: 90\``,
    ],
  ],
  [
    'an end below the port and out of range',
    inPort({ port: 90, endPort: 0 }),
    [
      `${PORT}.endPort: Invalid value: 90: must be greater than or equal to \`port\` => `,
      `${PORT}.endPort: Invalid value: 0: must be between 1 and 65535, inclusive => `,
    ],
  ],
  [
    'an end without a port',
    inPort({ endPort: 80 }),
    [
      `${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is not specified => write \`port\` too`,
    ],
  ],
  [
    'an end of a name',
    inPort({ port: 'http', endPort: 80 }),
    [`${PORT}.endPort: Invalid value: 80: may not be specified when \`port\` is non-numeric => `],
  ],
  [
    'an end without a port that could be read is not reported',
    inPort({ Port: 79, endPort: 80 }),
    [
      'error: unknown field "spec.ingress[0].ports[0].Port" => write `port`: field names are case-sensitive',
    ],
  ],
  [
    'a number in quotes',
    inPort({ port: '80' }),
    [
      `${PORT}.port: Invalid value: "80": must contain at least one letter (a-z) => write \`port: 80\`, without quotes`,
    ],
  ],
  [
    'a range in one text',
    inPort({ port: '80-90' }),
    [
      `${PORT}.port: Invalid value: "80-90": must contain at least one letter (a-z) => write \`port: 80\` and \`endPort: 90\``,
    ],
  ],
  [
    'a name in capitals',
    inPort({ port: 'Http' }),
    [
      `${PORT}.port: Invalid value: "Http": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-) => write \`port: http\`, if the container port is named so`,
    ],
  ],
  [
    'a protocol in lower case',
    inPort({ protocol: 'udp' }),
    [
      `${PORT}.protocol: Unsupported value: "udp": supported values: "TCP", "UDP", "SCTP" => write \`UDP\``,
    ],
  ],
  [
    'nothing selected',
    inPeer({}),
    [
      `${PEER}: Required value: must specify a peer => write \`podSelector: {}\` for every pod of the namespace; a rule without peers allows anyone`,
    ],
  ],
  [
    'a null peer',
    inPeer(null),
    [
      `${PEER}: Required value: must specify a peer => write \`podSelector: {}\` for every pod of the namespace; a rule without peers allows anyone`,
    ],
  ],
  [
    'a null selector',
    inPeer({ namespaceSelector: null }),
    [
      `${PEER}: Required value: must specify a peer => write \`namespaceSelector: {}\`, which selects all`,
    ],
  ],
  [
    'an unknown member is reported once',
    inPeer({ NamespaceSelector: {} }),
    [
      'error: unknown field "spec.ingress[0].from[0].NamespaceSelector" => write `namespaceSelector`: field names are case-sensitive',
    ],
  ],
  [
    'a block beside a selector',
    inPeer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
    [
      `${PEER}: Forbidden: may not specify both ipBlock and another peer => make it two items, with a dash each: either one then allows the connection`,
    ],
  ],
  ['an empty block', inPeer({ ipBlock: {} }), [`${PEER}.ipBlock.cidr: Required value => `]],
  [
    'a misspelt cidr is reported once',
    inPeer({ ipBlock: { CIDR: '10.0.0.0/8' } }),
    [
      'error: unknown field "spec.ingress[0].from[0].ipBlock.CIDR" => write `cidr`: field names are case-sensitive',
    ],
  ],
  [
    'an address without a length',
    block('10.0.0.5'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "10.0.0.5": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) => write \`10.0.0.5/32\``,
    ],
  ],
  [
    'an IPv6 address without a length',
    block('2001:db8::5'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "2001:db8::5": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) => write \`2001:db8::5/128\``,
    ],
  ],
  [
    'a space',
    block(' 10.0.0.0/8'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: " 10.0.0.0/8": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) => write \`10.0.0.0/8\``,
    ],
  ],
  [
    'a length beyond the last',
    block('10.0.0.0/33'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "10.0.0.0/33": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) => `,
    ],
  ],
  [
    'host bits',
    block('10.0.0.5/24'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "10.0.0.5/24": must not have bits set beyond the prefix length => write \`10.0.0.0/24\`, or \`10.0.0.5/32\` for that one address`,
    ],
  ],
  [
    'leading zeros',
    block('010.0.0.0/8'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "010.0.0.0/8": must not have leading 0s in IP or prefix length => write \`10.0.0.0/8\``,
    ],
  ],
  [
    'a mapped address',
    block('::ffff:10.0.0.0/104'),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "::ffff:10.0.0.0/104": must not have an IPv4-mapped IPv6 address => write \`10.0.0.0/8\``,
    ],
  ],
  [
    'except outside',
    block('10.0.0.0/24', ['10.1.0.0/25']),
    [
      `${PEER}.ipBlock.except[0]: Invalid value: "10.1.0.0/25": must be a strict subset of \`cidr\` => an \`except\` lies inside \`10.0.0.0/24\` and is smaller than it`,
    ],
  ],
  [
    'except the whole',
    block('10.0.0.0/24', ['10.0.0.0/24']),
    [
      `${PEER}.ipBlock.except[0]: Invalid value: "10.0.0.0/24": must be a strict subset of \`cidr\` => an \`except\` lies inside \`10.0.0.0/24\` and is smaller than it`,
    ],
  ],
  [
    'except of the other family',
    block('0.0.0.0/0', ['2001:db8::/64']),
    [
      `${PEER}.ipBlock.except[0]: Invalid value: "2001:db8::/64": must be a strict subset of \`cidr\` => an \`except\` lies inside \`0.0.0.0/0\` and is smaller than it`,
    ],
  ],
  [
    'except is not looked at where the block is broken',
    block('x', ['y']),
    [
      `${PEER}.ipBlock.cidr: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) => `,
    ],
  ],
  [
    'except that is no text is reported once',
    block('10.0.0.0/8', [5]),
    [
      `${PEER}.ipBlock.except[0]: cannot unmarshal number into a field of type string => put what is written in quotes: without them it is a number`,
    ],
  ],
  [
    'In without values',
    expression({ key: 'a', operator: 'In' }),
    [
      `${SELECTOR}.values: Required value: must be specified when \`operator\` is 'In' or 'NotIn' => `,
    ],
  ],
  [
    'Exists with values',
    expression({ key: 'a', operator: 'Exists', values: ['b'] }),
    [
      `${SELECTOR}.values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist' => remove \`values\`, or write \`operator: In\``,
    ],
  ],
  [
    'an operator in lower case',
    expression({ key: 'a', operator: 'in', values: ['b'] }),
    [`${SELECTOR}.operator: Invalid value: "in": not a valid selector operator => write \`In\``],
  ],
  [
    'an operator of another language',
    expression({ key: 'a', operator: 'Equals', values: ['b'] }),
    [
      `${SELECTOR}.operator: Invalid value: "Equals": not a valid selector operator => write \`In\``,
    ],
  ],
  [
    'an operator of nodes',
    expression({ key: 'a', operator: 'Gt', values: ['1'] }),
    [
      `${SELECTOR}.operator: Invalid value: "Gt": not a valid selector operator => write \`In\`, \`NotIn\`, \`Exists\` or \`DoesNotExist\``,
    ],
  ],
  [
    'three types',
    { policyTypes: ['Ingress', 'Egress', 'x'] },
    [
      'error: spec.policyTypes: Invalid value: ["Ingress","Egress","x"]: may not specify more than two policyTypes => ',
    ],
  ],
  [
    'a type in lower case',
    { policyTypes: ['egress'] },
    [
      'error: spec.policyTypes[0]: Unsupported value: "egress": supported values: "Ingress", "Egress" => write `Egress`',
    ],
  ],
])('%s', (_reason, spec, issues) => {
  expect(issuesOf(spec)).toEqual(issues);
});

test('syntax of labels in selectors', () => {
  const spec = {
    podSelector: {
      matchLabels: { 'a b': 'c d' },
      matchExpressions: [{ key: '/x', operator: 'In', values: ['ok', '-'] }],
    },
  };
  expect(issuesOf(spec).map((issue) => issue.slice(0, issue.indexOf(' must ')))).toEqual([
    'error: spec.podSelector.matchLabels: Invalid value: "a b": name part',
    'error: spec.podSelector.matchLabels: Invalid value: "c d": a valid label',
    'error: spec.podSelector.matchExpressions[0].key: Invalid value: "/x": prefix part',
    'error: spec.podSelector.matchExpressions[0].values[1]: Invalid value: "-": a valid label',
  ]);
  expect(issuesOf(spec, 'stored')).toEqual([]);
});

test.each<[reason: string, cidr: string, warnings: readonly string[]]>([
  [
    'host bits',
    '10.0.0.5/24',
    [
      'warning: spec.ingress[0].from[0].ipBlock.cidr: CIDR value "10.0.0.5/24" is ambiguous in this context (should be "10.0.0.0/24" or "10.0.0.5/32"?) => write `10.0.0.0/24`, or `10.0.0.5/32` for that one address',
    ],
  ],
  [
    'leading zeros',
    '010.0.0.0/8',
    [
      'warning: spec.ingress[0].from[0].ipBlock.cidr: non-standard CIDR value "010.0.0.0/8" is invalid: use "10.0.0.0/8" => write `10.0.0.0/8`',
    ],
  ],
  [
    'an IPv6 block in capitals',
    '2001:DB8::/64',
    [
      'warning: spec.ingress[0].from[0].ipBlock.cidr: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64") => write `2001:db8::/64`',
    ],
  ],
  ['nothing', '10.0.0.0/8', []],
])('a stored block is read, with a warning for %s', (_reason, cidr, warnings) => {
  expect(issuesOf(block(cidr), 'stored')).toEqual(warnings);
});

test('an IPv6 block may be spelled in any way, even in a new object', () => {
  expect(issuesOf(block('2001:DB8:0::/64'))).toHaveLength(1);
  expect(issuesOf(block('2001:DB8:0::/64'))[0]).toMatch(/^warning: /);
});

const A = { matchLabels: { app: 'a' } };
const B = { matchLabels: { team: 'b' } };
const OR = 'this item and the one before it are alternatives: each alone allows a connection';

test.each<[reason: string, spec: unknown, warnings: readonly string[]]>([
  [
    'two dashes, pods first',
    { ingress: [{ from: [{ podSelector: A }, { namespaceSelector: B }] }] },
    [
      `warning: spec.ingress[0].from[1]: ${OR} => to require both write one item, with one dash: \`- {podSelector: {matchLabels: {app: a}}, namespaceSelector: {matchLabels: {team: b}}}\``,
    ],
  ],
  [
    'two dashes, namespaces first',
    { egress: [{ to: [{ namespaceSelector: {} }, { podSelector: A }] }], policyTypes: ['Egress'] },
    [
      `warning: spec.egress[0].to[1]: ${OR} => to require both write one item, with one dash: \`- {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}\``,
    ],
  ],
  [
    'two selectors of pods are plainly two',
    { ingress: [{ from: [{ podSelector: A }, { podSelector: B }] }] },
    [],
  ],
  [
    'a block between is plainly a list',
    {
      ingress: [
        {
          from: [{ podSelector: A }, { ipBlock: { cidr: '10.0.0.0/8' } }, { namespaceSelector: B }],
        },
      ],
    },
    [],
  ],
  [
    'no egress rules, no types',
    { egress: [] },
    [
      'warning: spec.egress: without policyTypes an empty list does not isolate for egress: only ingress is denied => to deny all egress write `policyTypes: [Egress]`',
    ],
  ],
  [
    'null egress rules, no types',
    { egress: null, ingress: [] },
    [
      'warning: spec.egress: without policyTypes an empty list does not isolate for egress: only ingress is denied => to deny all egress write `policyTypes: [Ingress, Egress]`',
    ],
  ],
  ['no egress rules, and said so', { egress: [], policyTypes: ['Egress'] }, []],
  ['egress rules without types', { egress: [{}] }, []],
  [
    'inert ingress',
    { ingress: [{}], policyTypes: ['Egress'] },
    [
      'warning: spec.ingress: these rules have no effect: policyTypes does not list "Ingress" => add `Ingress` to `policyTypes`, or remove `ingress`',
    ],
  ],
  [
    'inert egress',
    { egress: [{}], policyTypes: ['Ingress'] },
    [
      'warning: spec.egress: these rules have no effect: policyTypes does not list "Egress" => add `Egress` to `policyTypes`, or remove `egress`',
    ],
  ],
])('accepted, but it may not mean what it seems to: %s', (_reason, spec, warnings) => {
  expect(issuesOf(spec)).toEqual(warnings);
});

test('everything that is wrong is said at once, in the order of the document', () => {
  const spec = {
    policyTypes: ['egress'],
    egress: [{ ports: [{ protocol: 'tcp', port: '80' }], to: [{ ipBlock: { cidr: 'x' } }, {}] }],
    ingres: [],
    podSelector: { matchLabels: { a: true } },
  };
  expect(issuesOf(spec).map((issue) => issue.split(' ')[1])).toEqual([
    'spec.policyTypes[0]:',
    'spec.egress[0].ports[0].protocol:',
    'spec.egress[0].ports[0].port:',
    'spec.egress[0].to[0].ipBlock.cidr:',
    'spec.egress[0].to[1]:',
    'unknown',
    'spec.podSelector.matchLabels.a:',
  ]);
});
