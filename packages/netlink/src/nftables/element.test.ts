import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as libc from '../ffi/libc.ts';
import { commit } from './commit.ts';
import type { SetElement } from './element.ts';
import { nftElements } from './listing.ts';
import type { NftSet } from './set.ts';
import { datatypeNumber } from './set-type.ts';
import {
  cannotTest,
  chainNamed,
  openTestRuleset,
  setNamed,
  TABLE,
  type TestRuleset,
  titled,
} from './testing.ts';

const address = (last: number): Uint8Array => Uint8Array.of(10, 0, 0, last);
/** `inet_service . ipv4_addr`: the port is padded to four bytes. */
const portAndAddress = (port: number, last: number): Uint8Array =>
  Uint8Array.of(port >> 8, port & 255, 0, 0, 10, 0, 0, last);
const concatenated = {
  type: datatypeNumber('inet_service', 'ipv4_addr'),
  length: 8,
  byteOrder: 'unstated',
  fields: [2, 4],
} as const;
const numbers = { kind: 'value', type: 4, length: 4, byteOrder: 'host' } as const;

const CASES: readonly {
  readonly set: NftSet;
  readonly elements: readonly [SetElement, ...SetElement[]];
}[] = [
  {
    set: setNamed('hash'),
    elements: [{ key: address(1) }, { key: address(2), comment: 'second' }],
  },
  {
    set: setNamed('map', { data: numbers }),
    elements: [
      { key: address(1), data: Uint8Array.of(1, 0, 0, 0) },
      { key: address(2), data: Uint8Array.of(2, 0, 0, 0), comment: 'ünïcode' },
    ],
  },
  {
    set: setNamed('verdict map', { data: { kind: 'verdict' } }),
    elements: [
      { key: address(1), data: { kind: 'jump', chain: 'c' } },
      { key: address(2), data: { kind: 'goto', chain: 'c' } },
      { key: address(3), data: { kind: 'accept' } },
      { key: address(4), data: { kind: 'drop' } },
      { key: address(5), data: { kind: 'return' } },
      { key: address(6), data: { kind: 'continue' } },
    ],
  },
  {
    set: setNamed('interval', { flags: ['interval'] }),
    elements: [
      { key: address(0) },
      { key: address(16), intervalEnd: true },
      { key: address(32), comment: 'the second' },
      { key: address(48), intervalEnd: true },
    ],
  },
  {
    set: setNamed('interval map', { flags: ['interval'], data: numbers }),
    elements: [
      { key: address(0), data: Uint8Array.of(1, 0, 0, 0) },
      { key: address(16), intervalEnd: true },
      { key: address(16), data: Uint8Array.of(2, 0, 0, 0) },
      { key: address(48), intervalEnd: true },
    ],
  },
  {
    set: setNamed('concatenation', { key: concatenated }),
    elements: [{ key: portAndAddress(80, 1) }, { key: portAndAddress(443, 1) }],
  },
  {
    set: setNamed('concatenated ranges', { key: concatenated, flags: ['interval'] }),
    elements: [
      { key: portAndAddress(80, 1), keyEnd: portAndAddress(90, 1) },
      { key: portAndAddress(0, 3), keyEnd: portAndAddress(65535, 9), comment: 'any port' },
    ],
  },
  {
    set: setNamed('map of ranges', { key: concatenated, flags: ['interval'], data: numbers }),
    elements: [
      {
        key: portAndAddress(80, 1),
        keyEnd: portAndAddress(90, 1),
        data: Uint8Array.of(9, 0, 0, 0),
      },
    ],
  },
  {
    set: setNamed('catches all', { data: { kind: 'verdict' } }),
    elements: [
      { key: address(1), data: { kind: 'accept' } },
      { key: new Uint8Array(0), catchAll: true, data: { kind: 'drop' } },
    ],
  },
  {
    set: setNamed('counts', {
      flags: ['eval'],
      expressions: [{ kind: 'counter', packets: 0n, bytes: 0n }],
    }),
    elements: [{ key: address(1), expressions: [{ kind: 'counter', packets: 3n, bytes: 99n }] }],
  },
];

const sorted = (elements: readonly SetElement[]): readonly SetElement[] =>
  elements.toSorted((a, b) => {
    const order = Buffer.compare(a.key, b.key);
    // Where one interval ends and the next one begins there are two of the same key.
    return order === 0 && a.intervalEnd === true ? -1 : order;
  });

describe.skipIf(cannotTest() !== undefined)(titled('elements'), () => {
  let kernel: TestRuleset;

  beforeEach(() => {
    kernel = openTestRuleset();
    commit(kernel.socket, [
      { kind: 'addTable', table: TABLE },
      { kind: 'addChain', chain: chainNamed('c') },
    ]);
  });
  afterEach(() => kernel.close());

  test.each(CASES.map((of) => [of.set.name, of] as const))(
    '%s: they come and go',
    (_, { set, elements }) => {
      commit(kernel.socket, [{ kind: 'addSet', set }]);
      commit(kernel.socket, [{ kind: 'createElements', set, elements }]);
      expect(sorted(nftElements(kernel.socket, set))).toEqual(sorted(elements));
      commit(kernel.socket, [{ kind: 'deleteElements', set, elements }]);
      expect(nftElements(kernel.socket, set)).toEqual([]);
    },
  );

  test('one of them is replaced in one commit', () => {
    const set = setNamed('map', { data: numbers });
    const one = (value: number): SetElement => ({
      key: address(1),
      data: Uint8Array.of(value, 0, 0, 0),
    });
    commit(kernel.socket, [
      { kind: 'addSet', set },
      { kind: 'addElements', set, elements: [one(1)] },
    ]);
    commit(kernel.socket, [
      { kind: 'deleteElements', set, elements: [{ key: address(1) }] },
      { kind: 'addElements', set, elements: [one(2)] },
    ]);
    expect(nftElements(kernel.socket, set)).toEqual([one(2)]);
  });

  test('some stay for a time', () => {
    const set = setNamed('timed', { flags: ['timeout'], timeoutMs: 60_000 });
    commit(kernel.socket, [
      { kind: 'addSet', set },
      {
        kind: 'addElements',
        set,
        elements: [
          { key: address(1) },
          { key: address(2), timeoutMs: 600_000 },
          { key: address(3), timeoutMs: 600_000, expirationMs: 500_000 },
        ],
      },
    ]);
    const [first, second, third] = sorted(nftElements(kernel.socket, set));
    const left = expect.any(Number) as number;
    expect(first).toEqual({ key: address(1), expirationMs: left });
    expect(second).toEqual({ key: address(2), timeoutMs: 600_000, expirationMs: left });
    expect(third?.expirationMs).toBeLessThanOrEqual(500_000);
    expect(second?.expirationMs).toBeGreaterThan(500_000);
  });

  const many = setNamed('many', { key: concatenated });
  const numbered = (count: number): readonly SetElement[] =>
    Array.from({ length: count }, (_, n) => ({
      key: Uint8Array.of(n >> 8, n & 255, 0, 0, 10, 0, 0, 1),
    }));

  test('10,000 of them in one commit', () => {
    const elements = numbered(10_000);
    commit(kernel.socket, [
      { kind: 'addSet', set: many },
      { kind: 'addElements', set: many, elements },
    ]);
    expect(sorted(nftElements(kernel.socket, many))).toEqual(elements);
    commit(kernel.socket, [
      { kind: 'deleteElements', set: many, elements: elements.toSpliced(5_000, 1) },
    ]);
    expect(nftElements(kernel.socket, many)).toEqual([elements[5_000]]);
  });

  test('the one that is wrong among 5,000 is named', () => {
    const there = [{ key: Uint8Array.of(0x10, 0, 0, 0, 10, 0, 0, 1) }];
    commit(kernel.socket, [
      { kind: 'addSet', set: many },
      { kind: 'addElements', set: many, elements: there },
    ]);
    const create = (): void =>
      commit(kernel.socket, [{ kind: 'createElements', set: many, elements: numbered(5_000) }]);
    expect(create).toThrow('cannot create element 100000000a000001 of set inet test many: EEXIST');
    expect(nftElements(kernel.socket, many)).toEqual(there);
  });

  test('where the socket has no room to find out which one, their number is told', () => {
    const SOL_SOCKET = 1;
    const SO_SNDBUF = 7;
    // The kernel takes this for half of what is wanted.
    libc.setOption(kernel.socket.fd, SOL_SOCKET, SO_SNDBUF, 70_000);
    const create = (count: number): void =>
      commit(kernel.socket, [{ kind: 'createElements', set: many, elements: numbered(count) }]);
    expect(() => create(5_000)).toThrow(
      'cannot create 3000 elements of set inet test many: ENOENT',
    );
    expect(() => create(10_000)).toThrow('send: EMSGSIZE');
  });
});
