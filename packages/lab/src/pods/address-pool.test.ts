import { cidrOf, formatAddress, type IpAddress } from '@ringfence/core';
import { expect, test } from 'vitest';
import { createAddressPool } from './address-pool.ts';

const v4 = (last: number): IpAddress => ({ family: 'IPv4', value: 0x0a01_0100 + last });

test('an address that was given back is given away last', () => {
  const pool = createAddressPool(cidrOf(v4(0), 29));
  const take = (): string | undefined => {
    const address = pool.take();
    return address && formatAddress(address);
  };
  pool.reserve(v4(3));
  expect([take(), take()]).toEqual(['10.1.1.2', '10.1.1.4']);
  pool.release(v4(2));
  expect([take(), take(), take()]).toEqual(['10.1.1.5', '10.1.1.6', '10.1.1.2']);
  expect(take()).toBe(undefined);
  pool.release(v4(4));
  expect(take()).toBe('10.1.1.4');
});

test('addresses of other ranges and families are nothing to it', () => {
  const pool = createAddressPool(cidrOf(v4(0), 30));
  pool.reserve(v4(200));
  pool.reserve({ family: 'IPv6', value: BigInt(v4(2).value) });
  expect(pool.take()).toEqual(v4(2));
  expect(pool.take()).toBe(undefined);
});

test('a range too small for pods gives none', () => {
  expect(createAddressPool(cidrOf(v4(0), 31)).take()).toBe(undefined);
  expect(createAddressPool(cidrOf(v4(0), 32)).take()).toBe(undefined);
});
