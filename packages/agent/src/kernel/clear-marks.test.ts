import { createSocket } from 'node:dgram';
import {
  type Change,
  commit,
  flows,
  NFT_REG32_00,
  openInetSocket,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clearMarks } from './clear-marks.ts';
import { cannotTest, openTestKernel, type TestKernel, titled } from './testing.ts';
import { hostNumber } from './value-bytes.ts';

const TABLE = { family: 'inet', name: 'test' } as const;
const LOOPBACK = 1;

/** Gives every flow a mark when it begins. */
function stamping(mark: number): readonly Change[] {
  const output = { family: TABLE.family, table: TABLE.name, chain: 'output' };
  return [
    {
      kind: 'addTable',
      table: { ...TABLE, flags: { dormant: false, owner: false, persist: false } },
    },
    {
      kind: 'addChain',
      chain: {
        family: TABLE.family,
        table: TABLE.name,
        name: 'output',
        base: { type: 'filter', hook: 'output', priority: 0, policy: 'accept', devices: [] },
      },
    },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: {
        ...output,
        comment: '',
        expressions: [
          { kind: 'immediate', destination: NFT_REG32_00, data: hostNumber(mark) },
          { kind: 'setCt', key: 'mark', direction: 'none', source: NFT_REG32_00 },
        ],
      },
    },
  ];
}

describe.skipIf(cannotTest() !== undefined)(titled('marks of flows'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
    const route = openRouteSocket(kernel.namespace);
    setLink(route, LOOPBACK, { up: true });
    route.close();
  });
  afterEach(() => kernel.close());

  async function send(ports: readonly number[]): Promise<void> {
    const from = { address: '127.0.0.1', port: 0 };
    const fd = openInetSocket(kernel.namespace, { kind: 'datagram', family: 'IPv4', from });
    const udp = createSocket('udp4');
    await new Promise<void>((resolve) => udp.bind({ fd }, resolve));
    for (const port of ports) {
      await new Promise((resolve) => udp.send('hello', port, '127.0.0.1', resolve));
    }
    await new Promise<void>((resolve) => udp.close(resolve));
  }

  test('lose our bits and keep those of others', async () => {
    commit(kernel.socket, stamping(0x0005_0003));
    await send([7001, 7002, 7003]);
    const marks = (): readonly number[] => flows(kernel.socket).map(({ mark }) => mark);
    expect(marks()).toEqual([0x0005_0003, 0x0005_0003, 0x0005_0003]);
    expect(clearMarks(kernel.socket, 0xffff_0000)).toBe(3);
    expect(marks()).toEqual([3, 3, 3]);
    expect(clearMarks(kernel.socket, 0xffff_0000)).toBe(0);
    // As numbers with a sign have it.
    expect(clearMarks(kernel.socket, -1)).toBe(3);
    expect(marks()).toEqual([0, 0, 0]);
  });
});
