import { flows, nftTables, openNetfilterSocket } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bridgeRuleset,
  cannotTest,
  openTestKernel,
  shopRuleset,
  type TestKernel,
  titled,
} from './kernel/testing.ts';
import { enforcedTable } from './reconcile/kernel-table.ts';
import { uninstall } from './uninstall.ts';

const MASK = 0xffff_0000;

describe.skipIf(cannotTest() !== undefined)(titled('uninstall'), () => {
  let kernel: TestKernel;

  beforeEach(() => {
    kernel = openTestKernel();
  });
  afterEach(() => kernel.close());

  const remove = (table: string): boolean => kernel.namespace.enter(() => uninstall(table, MASK));
  const tables = (): readonly string[] =>
    nftTables(kernel.socket).map(({ family, name }) => `${family} ${name}`);

  /** Tables as an agent leaves them; with `living` it has not ended. */
  function leave(living: 'living' | 'dead', spare?: 'spare'): () => void {
    const socket = openNetfilterSocket(kernel.namespace);
    for (const [ruleset, markMask] of [
      [shopRuleset(), MASK],
      [bridgeRuleset(), 0],
    ] as const) {
      const table = enforcedTable({
        socket,
        layout: ruleset,
        owned: true,
        markMask,
        clearMarks: () => undefined,
        log: () => undefined,
      });
      table.install(ruleset, spare);
    }
    if (living === 'dead') socket.close();
    return () => socket.close();
  }

  test.each([
    ['under their first names', undefined],
    ['under their second names', 'spare'],
  ] as const)('takes away what an agent left, %s, and nothing else', (_, spare) => {
    leave('dead', spare);
    kernel.nft(['add', 'table', 'inet', 'ringfence_3']);
    kernel.nft(['add', 'table', 'ip', 'ringfence']);
    expect(tables()).toHaveLength(4);
    expect(remove('ringfence')).toBe(true);
    expect(tables().toSorted()).toEqual(['inet ringfence_3', 'ip ringfence']);
  });

  test('says that there was nothing, and leaves what there is', () => {
    leave('dead');
    expect(remove('other')).toBe(false);
    expect(tables()).toHaveLength(2);
    expect(flows(kernel.socket)).toEqual([]);
  });

  test('takes nothing from an agent that is running', () => {
    const end = leave('living');
    expect(() => remove('ringfence')).toThrow('cannot delete table');
    expect(tables()).toHaveLength(2);
    end();
  });
});
