import { type Cidr, parseCidr } from '@ringfence/core';
import { expect, test } from 'vitest';
import { blocksText } from './blocks-text.ts';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (parsed.kind === 'failed') throw new Error(parsed.error);
  return parsed.value.cidr;
}

test.each([
  ['one', '10.0.0.0/8', '10.0.0.0/8'],
  [
    'two that have little to do with each other',
    '10.0.0.0/8 172.16.0.0/12',
    '10.0.0.0/8, 172.16.0.0/12',
  ],
  ['a block with a hole', '10.0.0.0/32 10.0.0.2/31 10.0.0.4/30', '10.0.0.0/29 but 10.0.0.1/32'],
  [
    'all but a block',
    '0.0.0.0/5 8.0.0.0/7 11.0.0.0/8 12.0.0.0/6 16.0.0.0/4 32.0.0.0/3 64.0.0.0/2 128.0.0.0/1',
    '0.0.0.0/0 but 10.0.0.0/8',
  ],
  [
    'both families',
    '10.0.0.0/8 2001:db8::/128 2001:db8::2/127 2001:db8::4/126',
    '10.0.0.0/8, 2001:db8::/125 but 2001:db8::1/128',
  ],
])('%s', (_, blocks, expected) => {
  expect(blocksText(blocks.split(' ').map(cidr)).join(', ')).toBe(expected);
});
