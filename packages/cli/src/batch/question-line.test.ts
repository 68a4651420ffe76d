import { expect, test } from 'vitest';
import { readQuestionLine } from './question-line.ts';

const ENDS = '"from":"a","to":"b"';

test('a whole question', () => {
  const line = `{${ENDS},"protocol":"UDP","port":53,"family":"IPv6"}`;
  expect(readQuestionLine(line)).toEqual({
    kind: 'ok',
    value: { from: 'a', to: 'b', protocol: 'UDP', port: 53, family: 'IPv6' },
  });
});

test.each([
  [
    'TCP and every family are assumed',
    `{${ENDS},"port":80}`,
    { protocol: 'TCP', family: undefined },
  ],
  ['what has no ports', `{${ENDS},"protocol":"other"}`, { protocol: 'other', port: 0 }],
  ['ICMP is that', `{${ENDS},"protocol":"ICMP"}`, { protocol: 'other', port: 0 }],
])('%s', (_, line, expected) => {
  expect(readQuestionLine(line)).toMatchObject({ kind: 'ok', value: expected });
});

test.each([
  ['no JSON', '{', 'not JSON'],
  ['a list', '[]', 'must be a JSON object'],
  ['nothing', 'null', 'must be a JSON object'],
  ['no from', '{"to":"b","port":1}', 'from: must be a string'],
  ['a number as an end', '{"from":1,"to":"b","port":1}', 'from: must be a string, an END, got `1`'],
  ['no port', `{${ENDS}}`, 'port: must be a number between 1 and 65535, got nothing'],
  ['a port as text', `{${ENDS},"port":"80"}`, 'port: must be a number'],
  ['port 0', `{${ENDS},"port":0}`, 'port: must be'],
  ['a port beyond the last', `{${ENDS},"port":65536}`, 'port: must be'],
  ['a broken port', `{${ENDS},"port":1.5}`, 'port: must be'],
  [
    'a port where there is none',
    `{${ENDS},"protocol":"other","port":5}`,
    'port: what has no ports',
  ],
  ['lowercase', `{${ENDS},"protocol":"tcp","port":1}`, 'protocol: must be one of'],
  ['no family', `{${ENDS},"port":1,"family":"v4"}`, 'family: must be "IPv4" or "IPv6"'],
  ['a field that there is not', `{${ENDS},"prot":1}`, 'prot: unknown field'],
])('refuses %s', (_, line, expected) => {
  expect(readQuestionLine(line)).toMatchObject({
    kind: 'failed',
    error: expect.stringContaining(expected),
  });
});
