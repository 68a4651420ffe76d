import {
  type Change,
  commit,
  KernelError,
  nftChains,
  nftTables,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { elementChanges } from './element-changes.ts';
import { installChanges, tableOf } from './install-changes.ts';
import { readTable } from './read-table.ts';
import {
  cannotTest,
  openTestKernel,
  setNamed,
  shopRuleset,
  type TestKernel,
  titled,
} from './testing.ts';

const RULESET = shopRuleset();
const READY = setNamed('ready4');
const addition = elementChanges(RULESET, [
  { set: READY, gone: [], come: [{ key: [0x0a01_0009], identity: undefined, comment: '' }] },
]);
const MAP = setNamed('identities4');
const SEGMENTS = setNamed('segments4');
const element = (
  key: number,
  identity: number,
): Parameters<typeof elementChanges>[1][number]['come'][number] => ({
  key: [key],
  identity,
  comment: '',
});
const segment = (first: number, last: number): ReturnType<typeof element> => ({
  ...element(first, 16),
  key: [{ first, last }],
});

describe('a table that is brought up', () => {
  test.each([1, 2, 3, 10, 1_000])('has at most %d elements in a transaction', (maxElements) => {
    const [, ...rest] = installChanges(RULESET, { owned: false, maxElements });
    const filling = rest.slice(0, -1);
    const sizes = filling.map((changes) =>
      changes.reduce((sum, change) => sum + ('elements' in change ? change.elements.length : 0), 0),
    );
    // Both ends of an interval go together.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(2, maxElements));
    expect(sizes.every((size) => size > 0)).toBe(true);
    const written = [...RULESET.elements.values()].flat().length;
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(written);
  });

  test('has its hooks in the last transaction, with their rules', () => {
    const transactions = [...installChanges(RULESET, { owned: false, maxElements: 100 })];
    const hooks = (changes: readonly Change[]): readonly string[] =>
      changes.flatMap((change) =>
        'chain' in change && 'base' in change.chain ? [change.chain.name] : [],
      );
    expect(transactions.slice(0, -1).flatMap(hooks)).toEqual([]);
    expect(hooks(transactions.at(-1) ?? [])).toEqual(['prerouting', 'forward', 'input']);
  });
});

describe.skipIf(cannotTest() !== undefined)(titled('the kernel'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  test('sees no chain with a hook before the last transaction', () => {
    const transactions = [...installChanges(RULESET, { owned: false, maxElements: 4 })];
    for (const [index, changes] of transactions.entries()) {
      commit(kernel.socket, changes);
      const hooks = nftChains(kernel.socket).filter(({ base }) => base !== undefined);
      expect(hooks.length).toBe(index === transactions.length - 1 ? 3 : 0);
    }
  });

  test('lets nobody but its owner change an owned table, and the next one take it over', () => {
    const owner = openNetfilterSocket(kernel.namespace);
    for (const changes of installChanges(RULESET, { owned: true, maxElements: 100 })) {
      commit(owner, changes);
    }
    expect(readTable(kernel.socket, RULESET)).toMatchObject({
      value: { ownerPort: nftTables(owner)[0]?.ownerPort, persistent: true },
    });
    const adoption: Change = { kind: 'addTable', table: tableOf(RULESET, true) };
    expect(refusal(kernel, addition)).toBe(
      'cannot add element 0a010009 of set inet ringfence ready4: EPERM',
    );
    expect(refusal(kernel, [adoption])).toBe('cannot add table inet ringfence: EPERM');
    owner.close();
    expect(readTable(kernel.socket, RULESET)).toMatchObject({
      value: { ownerPort: 0, persistent: true },
    });
    const next = openNetfilterSocket(kernel.namespace);
    commit(next, [adoption, ...addition]);
    expect(refusal(kernel, addition)).toContain('EPERM');
    next.close();
  });

  test('lets nobody but its owner delete an owned table', () => {
    const owner = openNetfilterSocket(kernel.namespace);
    for (const changes of installChanges(RULESET, { owned: true, maxElements: 100 })) {
      commit(owner, changes);
    }
    expect(
      refusal(kernel, [{ kind: 'deleteTable', table: { family: 'inet', name: 'ringfence' } }]),
    ).toContain('EPERM');
    expect(readTable(owner, RULESET).kind).toBe('ok');
    owner.close();
  });

  test.each([
    [
      'an element that is not there',
      [{ set: READY, gone: [{ ...element(1, 0), identity: undefined }], come: [] }],
      'cannot delete element 00000001 of set inet ringfence ready4: ENOENT',
    ],
    [
      'another identity for a key',
      [{ set: MAP, gone: [], come: [element(1, 16), element(1, 17)] }],
      'cannot add element 00000001 of set inet ringfence identities4: EEXIST',
    ],
    [
      'segments that overlap',
      [{ set: SEGMENTS, gone: [], come: [segment(10, 20), segment(15, 25)] }],
      'cannot add element 0000000f of set inet ringfence segments4: EEXIST',
    ],
  ])('says which element it refuses: %s', (_, deltas, message) => {
    for (const changes of installChanges(RULESET, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    expect(refusal(kernel, elementChanges(RULESET, deltas))).toBe(message);
  });

  test('takes a key that goes and comes with another identity', () => {
    for (const changes of installChanges(RULESET, { owned: false, maxElements: 100 })) {
      commit(kernel.socket, changes);
    }
    const [old] = RULESET.elements.get('identities4') ?? [];
    if (old === undefined) throw new Error('the shop has pods');
    const come = [{ ...old, identity: 99 }];
    commit(kernel.socket, elementChanges(RULESET, [{ set: MAP, gone: [old], come }]));
    const read = readTable(kernel.socket, RULESET);
    expect(read.kind === 'ok' && read.value.elements.get('identities4')).toContainEqual(come[0]);
  });
});

function refusal(kernel: TestKernel, changes: readonly Change[]): string {
  try {
    commit(kernel.socket, changes);
  } catch (error) {
    if (error instanceof KernelError) return error.message;
    throw error;
  }
  return 'done';
}
