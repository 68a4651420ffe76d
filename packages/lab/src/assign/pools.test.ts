import { cidrHas, formatAddress, formatCidr, hostCidr, type IpAddress } from '@ringfence/core';
import { expect, test } from 'vitest';
import { address } from '../testing.ts';
import { createAddressPool } from './address-pool.ts';
import { createBlockPool } from './block-pool.ts';
import { createNodePorts } from './node-ports.ts';
import { cidr } from './testing.ts';

const text = (given: IpAddress | undefined): string | undefined => given && formatAddress(given);

test('an address that is free again is given last', () => {
  const taken = new Set(['10.1.1.3']);
  const pool = createAddressPool(cidr('10.1.1.0/29'), (each) =>
    taken.has(formatAddress(each)) ? hostCidr(each) : undefined,
  );
  const take = (): string | undefined => {
    const given = text(pool.take());
    if (given !== undefined) taken.add(given);
    return given;
  };
  expect([take(), take()]).toEqual(['10.1.1.2', '10.1.1.4']);
  taken.delete('10.1.1.2');
  expect([take(), take(), take()]).toEqual(['10.1.1.5', '10.1.1.6', '10.1.1.2']);
  expect(take()).toBe(undefined);
  taken.delete('10.1.1.4');
  expect(take()).toBe('10.1.1.4');
});

test('what is before the start is given last', () => {
  const pool = createAddressPool(cidr('10.1.1.0/29'), () => undefined, 5n);
  const given = [1, 2, 3, 4, 5].map(() => text(pool.take()));
  expect(given).toEqual(['10.1.1.5', '10.1.1.6', '10.1.1.2', '10.1.1.3', '10.1.1.4']);
});

test('a block that may not be given is left out at once, however large it is', () => {
  const block = cidr('2001:db8::/96');
  const pool = createAddressPool(cidr('2001:db8::/64'), (each) =>
    cidrHas(block, each) ? block : undefined,
  );
  expect(text(pool.take())).toBe('2001:db8::1:0:0');
  const whole = createAddressPool(cidr('2001:db8::/64'), () => cidr('2001:db8::/48'));
  expect(whole.take()).toBe(undefined);
});

test.each(['10.1.1.0/31', '10.1.1.0/32', '2001:db8::/128'])(
  '%s is too small for anybody',
  (range) => {
    expect(createAddressPool(cidr(range), () => undefined).take()).toBe(undefined);
  },
);

test.each([
  ['10.244.0.0/22', ['10.244.0.0/24', '10.244.2.0/24', '10.244.3.0/24', '10.244.0.0/24']],
  ['10.244.0.0/26', ['10.244.0.0/26', '10.244.0.0/26']],
  ['fd00::/63', ['fd00::/64', 'fd00:0:0:1::/64', 'fd00::/64']],
])('blocks of %s are given one after the other', (range, expected) => {
  const pool = createBlockPool(cidr(range));
  const isFree = (block: Parameters<typeof formatCidr>[0]): boolean =>
    !cidrHas(block, address('10.244.1.1'));
  const given = expected.map(() => pool.take(isFree)).map((block) => block && formatCidr(block));
  expect(given).toEqual(expected);
});

test('node ports that manifests like are given last, and no others than those there are', () => {
  const ports = createNodePorts();
  const taken = new Set<number>();
  for (let port = ports.take(() => true); port !== undefined; ) {
    taken.add(port);
    port = ports.take((free) => !taken.has(free));
  }
  expect([...taken].slice(0, 2)).toEqual([30_086, 30_087]);
  expect([taken.size, Math.min(...taken), Math.max(...taken)]).toEqual([2_768, 30_000, 32_767]);
});
