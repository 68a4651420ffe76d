import { expect, test } from 'vitest';
import type { Issue } from '../issue.ts';
import type { DefinitionName } from './definitions.ts';
import { read, type Reading } from './read.ts';

function readAs(
  name: DefinitionName,
  value: unknown,
  reading: Reading = 'strict',
): { read: unknown; messages: readonly string[]; hints: readonly string[] } {
  const issues: Issue[] = [];
  const result = read(name, value, { reading, path: ['x'], issues });
  return {
    read: result,
    messages: issues.map(({ message }) => message),
    hints: issues.map(({ hint }) => hint).filter((hint) => hint !== ''),
  };
}

test('keeps what the table lists, leaves out what is absent', () => {
  expect(readAs('NetworkPolicyPort', { port: 80 })).toEqual({
    read: { protocol: 'TCP', port: 80, endPort: undefined },
    messages: [],
    hints: [],
  });
});

test.each<[reason: string, name: DefinitionName, value: unknown, read: unknown]>([
  ['null is absent', 'IPBlock', { cidr: null }, { cidr: undefined, except: undefined }],
  ['a null object is empty', 'IPBlock', null, { cidr: undefined, except: undefined }],
  [
    'a null item is the zero value',
    'IPBlock',
    { except: [null] },
    { cidr: undefined, except: [''] },
  ],
  [
    'a null value of a map is the empty text',
    'LabelSelector',
    { matchLabels: { a: null } },
    { matchLabels: new Map([['a', '']]), matchExpressions: undefined },
  ],
  [
    'a name may be that of a method of every object',
    'LabelSelector',
    { matchLabels: { constructor: 'x', toString: 'y' } },
    {
      matchLabels: new Map([
        ['constructor', 'x'],
        ['toString', 'y'],
      ]),
      matchExpressions: undefined,
    },
  ],
  [
    'a default takes the place of null',
    'NetworkPolicyPort',
    { protocol: null },
    { protocol: 'TCP', port: undefined, endPort: undefined },
  ],
  [
    'fields that an open definition does not list pass',
    'PodIP',
    { ip: '10.0.0.1', other: [1] },
    { ip: '10.0.0.1' },
  ],
])('%s', (_reason, name, value, expected) => {
  expect(readAs(name, value)).toEqual({ read: expected, messages: [], hints: [] });
});

test.each<[reason: string, name: DefinitionName, value: unknown, message: string, hint: string]>([
  [
    'a text for a list',
    'IPBlock',
    { except: '10.0.0.0/8' },
    'x.except: cannot unmarshal string into a field of type []string',
    'every item starts with a dash',
  ],
  [
    'a list for an object',
    'NetworkPolicyPeer',
    { podSelector: [{}] },
    'x.podSelector: cannot unmarshal array into a field of type LabelSelector',
    'remove the dash',
  ],
  [
    'a list for a map',
    'LabelSelector',
    { matchLabels: [{ a: 'b' }] },
    'x.matchLabels: cannot unmarshal array into a field of type map[string]string',
    'without a dash',
  ],
  [
    'a number for a text',
    'LabelSelector',
    { matchLabels: { v: 1.1 } },
    'x.matchLabels.v: cannot unmarshal number into a field of type string',
    'put what is written in quotes',
  ],
  [
    'a boolean for a text',
    'LabelSelector',
    { matchLabels: { v: true } },
    'x.matchLabels.v: cannot unmarshal bool into a field of type string',
    'yes, no, on, off',
  ],
  [
    'a text for a number',
    'NetworkPolicyPort',
    { endPort: '90' },
    'x.endPort: cannot unmarshal string into a field of type int32',
    'write `90` without quotes',
  ],
  [
    'a fraction for a port',
    'NetworkPolicyPort',
    { port: 80.5 },
    'x.port: cannot unmarshal number into a field of type intstr.IntOrString',
    'port number',
  ],
  [
    'a number beyond 32 bits',
    'NetworkPolicyPort',
    { port: 2 ** 31 },
    'x.port: cannot unmarshal number into a field of type intstr.IntOrString',
    'port number',
  ],
  [
    'a text for a boolean',
    'PodSpec',
    { hostNetwork: 'true' },
    'x.hostNetwork: cannot unmarshal string into a field of type bool',
    'write `true` without quotes',
  ],
  [
    'a value that the field cannot have',
    'NetworkPolicyPort',
    { protocol: 'tcp' },
    'x.protocol: Unsupported value: "tcp": supported values: "TCP", "UDP", "SCTP"',
    'write `TCP`',
  ],
  [
    'an empty protocol, which is no default',
    'NetworkPolicyPort',
    { protocol: '' },
    'x.protocol: Unsupported value: "": supported values: "TCP", "UDP", "SCTP"',
    '',
  ],
  [
    'a protocol without ports',
    'NetworkPolicyPort',
    { protocol: 'ICMP' },
    'x.protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
    'a rule without ports allows every protocol',
  ],
  ['an unknown field', 'IPBlock', { exclude: [] }, 'unknown field "x.exclude"', 'write `except`'],
  [
    'a method of every object is no field',
    'IPBlock',
    { constructor: 1 },
    'unknown field "x.constructor"',
    '',
  ],
  [
    'an action of the older kinds',
    'ClusterNetworkPolicyIngressRule',
    { action: 'Allow', from: [{ namespaces: {} }] },
    'x.action: Unsupported value: "Allow": supported values: "Accept", "Deny", "Pass"',
    'write `Accept`',
  ],
  [
    'a required field that is missing',
    'DestinationPortRange',
    { start: 1 },
    'x.end: Required value',
    '',
  ],
  [
    'a required field that was misspelt is reported once',
    'DestinationPortRange',
    { start: 1, End: 2 },
    'unknown field "x.End"',
    'write `end`',
  ],
  [
    'a number that is too small',
    'DestinationPort',
    { number: 0 },
    'x.number: Invalid value: 0: x.number in body should be greater than or equal to 1',
    '',
  ],
  [
    'a list that is too short',
    'TierEgressPeer',
    { networks: [] },
    'x.networks: Invalid value: 0: x.networks in body should have at least 1 items',
    '',
  ],
  [
    'a union with nothing in it',
    'TierSubject',
    {},
    'x: Invalid value: 0: x in body should have at least 1 properties',
    'set one of `namespaces`, `pods`',
  ],
  [
    'a union with two things in it',
    'TierEgressPeer',
    { namespaces: {}, nodes: {} },
    'x: Too many: 2: must have at most 1 item',
    'one item each',
  ],
])('%s', (_reason, name, value, message, hint) => {
  const { messages, hints } = readAs(name, value);
  expect(messages).toEqual([message]);
  expect(hints.join()).toContain(hint);
});

test('a list keeps its length, so that the positions of later items stay true', () => {
  const { read: result, messages } = readAs('IPBlock', { except: [5, '10.0.0.0/8'] });
  expect(result).toEqual({ cidr: undefined, except: ['', '10.0.0.0/8'] });
  expect(messages).toEqual(['x.except[0]: cannot unmarshal number into a field of type string']);
});

test('stored metadata may hold fields that are not known (any more), written metadata may not', () => {
  expect(readAs('ObjectMeta', { clusterName: 'a' }, 'stored').messages).toEqual([]);
  expect(readAs('ObjectMeta', { clusterName: 'a' }).messages).toEqual([
    'unknown field "x.clusterName"',
  ]);
});
