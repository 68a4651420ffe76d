import { KernelError, nftGeneration, nftTables } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canOwn } from './can-own.ts';
import { cannotTest, openTestKernel, type TestKernel, titled } from './testing.ts';

describe.skipIf(cannotTest() !== undefined)(titled('whether tables can be owned'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  test('is tried with a table that nobody sees', () => {
    const { id } = nftGeneration(kernel.socket);
    expect(canOwn(kernel.socket, 'ringfence')).toBe(true);
    expect(nftTables(kernel.socket)).toEqual([]);
    expect(nftGeneration(kernel.socket).id).toBe(id + 1);
  });

  test.each([
    ['before Linux 5.12', 'EINVAL'],
    ['before Linux 6.9', 'EOPNOTSUPP'],
  ])('is what the kernel says: no %s', (_, code) => {
    expect(canOwn(refusing(code), 'ringfence')).toBe(false);
  });

  test('is not the question where no table can be made', () => {
    expect(() => canOwn(refusing('EPERM'), 'ringfence')).toThrow('EPERM');
  });

  function refusing(code: string): TestKernel['socket'] {
    return {
      ...kernel.socket,
      transact() {
        throw new KernelError({ code, operation: 'add', object: 'table', detail: '' });
      },
    };
  }
});
