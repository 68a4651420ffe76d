import { expect, test } from 'vitest';
import { podRange } from './pod-range.ts';

test.each([
  ['10.1.1.0', 24, '10.1.1.1', '10.1.1.255', '10.1.2.0'],
  ['10.1.1.77', 24, '10.1.1.1', '10.1.1.0', '10.1.0.255'],
  ['10.1.1.128', 25, '10.1.1.129', '10.1.1.200', '10.1.1.127'],
  ['0.0.0.0', 0, '0.0.0.1', '255.255.255.255', undefined],
  ['2001:db8:1:1::', 64, '2001:db8:1:1::1', '2001:db8:1:1:ffff::', '2001:db8:1:2::'],
  ['2001:db8::8', 126, '2001:db8::9', '2001:db8::b', '2001:db8::c'],
])('%s/%i begins with %s', (address, prefix, gateway, inside, outside) => {
  const range = podRange({ address, prefix });
  const family = range.gateway.family;
  expect(range.gateway.address).toBe(gateway);
  expect(range.has({ family, address: inside })).toBe(true);
  if (outside !== undefined) expect(range.has({ family, address: outside })).toBe(false);
});

test('the other family is never inside', () => {
  const range = podRange({ address: '0.0.0.0', prefix: 0 });
  expect(range.has({ family: 'IPv6', address: '::1' })).toBe(false);
});
