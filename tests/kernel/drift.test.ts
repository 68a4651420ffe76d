import { spawnSync } from 'node:child_process';
import {
  commit,
  missingPrivilege,
  type NetlinkSocket,
  type NftSet,
  nftElements,
  nftGeneration,
  nftRules,
  nftTables,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITS, type ForeignEdit } from './drift/edits.ts';
import { heldText, tableOf } from './drift/held.ts';
import { makeNode, OBJECTS, type WatchedNode } from './drift/watched-node.ts';

// What others do to our tables: refused by a kernel where tables have owners, made good elsewhere.

const missing = missingPrivilege();
const nft = spawnSync('nft', ['-V']);
const INSIST_MS = 3_000;
/** So many times 10,000 notifications: there is room for some 16 MiB. */
const FLOODS = 12;
const deletion = editNamed('the table deleted');
const FAMILIES = ['inet', 'bridge'] as const;
const CASES = FAMILIES.flatMap((family) =>
  EDITS.map((edit) => ({ family, what: edit.what, edit })),
);

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'drift' : `drift (skipped: ${missing})`,
  () => {
    let made: ReturnType<typeof makeNode>;
    let node: WatchedNode | undefined;

    beforeEach(() => {
      made = makeNode();
    });
    afterEach(async () => {
      await node?.close();
      node = undefined;
      made.close();
    });

    const flushAll = (): void => {
      const said = made.namespace.enter(() => spawnSync('nft', ['flush', 'ruleset']));
      expect(said.status).toBe(0);
    };

    /** An agent that has put everything into force, both pods included. */
    async function enforcing(owned: boolean): Promise<WatchedNode> {
      const started = made.start({ owned, told: true });
      node = started;
      await started.until(() => isInForce(started));
      return started;
    }

    test.each(CASES)(
      '$what of $family is refused where the table is owned',
      async ({ family, edit }) => {
        const { stranger, repairs, log } = await enforcing(true);
        const before = heldText(stranger);
        const changes = edit.changes(stranger, tableOf(stranger, family));
        expect(() => commit(stranger, changes)).toThrow('EPERM');
        expect(heldText(stranger)).toBe(before);
        expect([repairs(), log]).toEqual([0, []]);
      },
    );

    async function repaired(edit: ForeignEdit, family: 'inet' | 'bridge'): Promise<number> {
      const { stranger, repairs, until, log } = node ?? (await enforcing(false));
      const before = heldText(stranger);
      const [count, lines] = [repairs(), log.length];
      const changes = edit.changes(stranger, tableOf(stranger, family));
      const started = performance.now();
      commit(stranger, changes);
      await until(() => repairs() > count);
      const ms = performance.now() - started;
      expect(heldText(stranger)).toBe(before);
      expect(repairs()).toBe(count + 1);
      expect(log.slice(lines).join('\n')).toMatch(edit.told);
      return ms;
    }

    test.each(CASES)('$what of $family is made good where it is not', async ({ family, edit }) => {
      const { agent, log } = await enforcing(false);
      const ms = await repaired(edit, family);
      process.stdout.write(`${family}, ${edit.what}: made good after ${ms.toFixed(1)} ms\n`);
      expect(log.at(-1)).toMatch(/^`.+` \(process \d+\) /);
      expect(agent.status().problems).not.toContainEqual(
        expect.stringContaining('again and again'),
      );
      expect(agent.status().warnings).toContainEqual(
        expect.stringMatching(/^`.+` \(process \d+\) edited our tables, last at /),
      );
    });

    describe.skipIf(nft.error !== undefined)('a program that flushes all rulesets', () => {
      test('changes nothing where tables are owned', async () => {
        const { stranger, repairs } = await enforcing(true);
        const before = heldText(stranger);
        flushAll();
        expect(heldText(stranger)).toBe(before);
        expect(repairs()).toBe(0);
      });

      test('is named where they are not, and both tables are there again', async () => {
        const { stranger, repairs, until, log } = await enforcing(false);
        const before = heldText(stranger);
        flushAll();
        await until(() => repairs() === 2);
        expect(heldText(stranger)).toBe(before);
        expect(log.at(-1)).toMatch(
          /^`nft` \(process \d+\) deleted table bridge ringfence, deleted/,
        );
      });
    });

    test('an element that was there for a moment only has all flows decided anew', async () => {
      const { agent, stranger } = await enforcing(false);
      const table = tableOf(stranger, 'inet');
      const before = markOf(stranger);
      const set = { family: 'inet', table: table.name, name: 'bound4' } as const;
      const [element] = nftElements(stranger, set);
      if (element === undefined) throw new Error('nobody is bound');
      commit(stranger, [{ kind: 'deleteElements', set, elements: [element] }]);
      commit(stranger, [{ kind: 'addElements', set, elements: [element] }]);
      await expect.poll(() => markOf(stranger)).not.toBe(before);
      expect(agent.status().problems.join()).not.toContain('again and again');
    });

    test('what others do to their own tables has nothing read', async () => {
      const { stranger, log, repairs } = await enforcing(false);
      const { id } = nftGeneration(stranger);
      const theirs = { dormant: false, owner: false, persist: false };
      for (const name of ['kube-proxy', 'ringfence_3', 'ring']) {
        commit(stranger, [{ kind: 'addTable', table: { family: 'inet', name, flags: theirs } }]);
      }
      await repaired(deletion, 'inet');
      // What was found, and what was done about it.
      expect(log).toHaveLength(2);
      expect(repairs()).toBe(1);
      expect(nftGeneration(stranger).id).toBeGreaterThan(id + 3);
    });

    test('what was done while notifications were lost is made good', async () => {
      const { stranger, log, until, repairs } = await enforcing(false);
      const before = heldText(stranger);
      flood(stranger);
      meddleWith({ stranger }, 'an element deleted', 'bridge');
      await until(() => repairs() > 0);
      expect(heldText(stranger)).toBe(before);
      expect(log.join('\n')).toContain('notifications were lost, and so the tables were read back');
    });

    test('a program that insists is outdone seldom, and for good when it ends', async () => {
      const { agent, stranger, log, until, repairs } = await enforcing(false);
      const before = heldText(stranger);
      const cpu = process.cpuUsage();
      const during = new Set<string>();
      let edits = 0;
      const insisting = setInterval(() => {
        edits += deleteAll(stranger);
        for (const problem of agent.status().problems) during.add(problem);
      }, 20);
      await new Promise((resolve) => {
        setTimeout(resolve, INSIST_MS);
      });
      clearInterval(insisting);
      const { user, system } = process.cpuUsage(cpu);
      const lines = log.filter((line) => line.includes('after it was told'));
      process.stdout.write(
        `${edits} tables deleted in ${INSIST_MS} ms, ${lines.length} repairs, ` +
          `${(user + system) / 1_000} ms of CPU with the tests\n`,
      );
      // Ten at once, then one each second.
      expect(lines.length).toBeLessThanOrEqual(10 + INSIST_MS / 1_000);
      expect([...during]).toContainEqual(
        expect.stringMatching(/again and again: they are repaired once/),
      );
      await expect.poll(() => attempt(() => heldText(stranger)), { timeout: 5_000 }).toBe(before);
      await expect
        .poll(() => agent.status().problems.join(), { timeout: 5_000 })
        .not.toContain('again and again');
      const count = repairs();
      deleteAll(stranger);
      await until(() => repairs() > count);
      expect(heldText(stranger)).toBe(before);
    });

    test.each([
      ['deleted', (each: WatchedNode) => deleteAll(each.stranger)],
      ['edited', (each: WatchedNode) => meddleWith(each, 'a rule inserted above ours', 'inet')],
    ])('the closed start that is %s is put in again', async (_, meddle) => {
      const started = made.start({ owned: false, told: false });
      node = started;
      const { stranger, repairs, until, agent } = started;
      const before = heldText(stranger);
      meddle(started);
      await until(() => repairs() > 0);
      expect(heldText(stranger)).toBe(before);
      expect(agent.status().phase).toBe('waiting');
      started.listener.replace(OBJECTS, 'v1');
      await until(() => isInForce(started));
      expect(heldText(stranger)).not.toBe(before);
    });

    test('what the agent goes on with stays what it was until the objects are known', async () => {
      const first = await enforcing(false);
      const before = heldText(first.stranger);
      await first.close();
      const next = made.start({ owned: false, told: false });
      node = next;
      expect(heldText(next.stranger)).toBe(before);
      for (const what of ['an element deleted', 'a rule deleted', 'the table deleted']) {
        for (const family of FAMILIES) {
          const count = next.repairs();
          meddleWith(next, what, family);
          await next.until(() => next.repairs() > count);
          expect(heldText(next.stranger)).toBe(before);
        }
      }
      expect(next.agent.status().phase).toBe('waiting');
      next.listener.replace(OBJECTS, 'v1');
      await next.until(() => isInForce(next));
      expect(heldText(next.stranger)).toBe(before);
    });

    test.each([true, false])(
      'a bridge without its table is closed before objects are known, owned %s',
      async (owned) => {
        const first = await enforcing(owned);
        await first.close();
        const meddler = made.stranger();
        commit(meddler, [{ kind: 'deleteTable', table: tableOf(meddler, 'bridge') }]);
        const { stranger, agent } = (node = made.start({ owned, told: false }));
        expect(agent.status().phase).toBe('waiting');
        const table = tableOf(stranger, 'bridge').name;
        const count = (name: string): number =>
          nftElements(stranger, { family: 'bridge', table, name }).length;
        expect([count('pod_interfaces'), count('bound4')]).toEqual([1, 0]);
      },
    );
  },
);

function editNamed(what: string): ForeignEdit {
  const found = EDITS.find((each) => each.what === what);
  if (found === undefined) throw new Error(`nobody does: ${what}`);
  return found;
}

function meddleWith(
  { stranger }: Pick<WatchedNode, 'stranger'>,
  what: string,
  family: 'inet' | 'bridge',
): void {
  commit(stranger, editNamed(what).changes(stranger, tableOf(stranger, family)));
}

/** Whether all is in force, for both pods. */
function isInForce({ agent }: WatchedNode): boolean {
  const { pods } = agent.status();
  return pods.length === 2 && pods.every(({ state }) => state === 'enforced');
}

/** Writes more to a table that is not ours than a listener has room for. */
function flood(socket: NetlinkSocket): void {
  const table = { family: 'ip', name: 'theirs' } as const;
  const flags = { dormant: false, owner: false, persist: false };
  const set = { ...THEIR_SET, table: table.name };
  commit(socket, [
    { kind: 'addTable', table: { ...table, flags } },
    { kind: 'addSet', set },
  ]);
  const elements = Array.from({ length: 5_000 }, (_, index) => ({
    key: Uint8Array.of(10, 0, index >> 8, index & 255),
    comment: 'x'.repeat(120),
  }));
  for (let count = 0; count < FLOODS; count += 1) {
    commit(socket, [{ kind: 'addElements', set, elements }]);
    commit(socket, [{ kind: 'flushSet', set }]);
  }
}

const THEIR_SET: Omit<NftSet, 'table'> = {
  family: 'ip',
  name: 'many',
  flags: [],
  key: { type: 7, length: 4, byteOrder: 'network', fields: [] },
  data: { kind: 'none' },
  timeoutMs: 0,
  gcIntervalMs: 0,
  size: 0,
  policy: 'performance',
  expressions: [],
  comment: '',
};

/** Deletes all tables that there are; tells how many. */
function deleteAll(socket: NetlinkSocket): number {
  const tables = nftTables(socket);
  commit(
    socket,
    tables.map((table) => ({ kind: 'deleteTable', table })),
  );
  return tables.length;
}

/** What flows are marked with that are decided now. */
function markOf(socket: NetlinkSocket): string {
  const rules = nftRules(socket, tableOf(socket, 'inet'), 'decided_before');
  return JSON.stringify(
    rules.map(({ expressions }) => expressions),
    (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : typeof value === 'bigint' ? `${value}` : value,
  );
}

function attempt(what: () => string): string {
  try {
    return what();
  } catch (error) {
    return String(error);
  }
}
