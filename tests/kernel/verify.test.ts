import {
  type Change,
  commit,
  missingPrivilege,
  nftElements,
  openNetfilterSocket,
} from '@ringfence/netlink';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PLAIN } from '../../packages/cli/src/command-line/paint.ts';
import type { NodeReport } from '../../packages/cli/src/verify/node-report.ts';
import { reportText } from '../../packages/cli/src/verify/report-text.ts';
import { verifyNode } from '../../packages/cli/src/verify/verify-node.ts';
import type { EnforcedLab } from './enforced-lab.ts';
import { setUpNode, VERIFIED_NODE, VERIFIED_SETTINGS } from './verify/enforced-node.ts';

const missing = missingPrivilege();
const TABLE = { family: 'inet', name: 'ringfence' } as const;
const set = (name: string) => ({ family: 'inet', table: 'ringfence', name }) as const;

describe.skipIf(missing !== undefined)(
  missing === undefined
    ? 'a node that is verified'
    : `a node that is verified (skipped: ${missing})`,
  () => {
    let lab: EnforcedLab;

    beforeAll(async () => {
      lab = await setUpNode('routed');
    });
    afterAll(async () => await lab.close());

    const enter = <T>(make: () => T): T => {
      const network = lab.networks.get(VERIFIED_NODE);
      if (network === undefined) throw new Error('there is no such node');
      return network.enter(make);
    };
    const verify = async (): Promise<NodeReport> => {
      return await verifyNode({
        cluster: lab.lab.cluster,
        settings: VERIFIED_SETTINGS,
        enter,
        most: 3,
      });
    };
    /** Verifies with a change that is taken back afterwards. */
    const verifyWith = async (
      edit: readonly Change[],
      undo: readonly Change[],
    ): Promise<NodeReport> => {
      const socket = enter(() => openNetfilterSocket());
      try {
        commit(socket, edit);
        return await verify();
      } finally {
        commit(socket, undo);
        socket.close();
      }
    };

    test('holds what the policies mean while its agent lives, and afterwards', async () => {
      const before = await verify();
      expect(before).toMatchObject({ holds: true, wrong: [], notes: [], harmlessInAll: 0 });
      await lab.stopAgent(VERIFIED_NODE);
      const { holds, notes } = await verify();
      expect({ holds, notes }).toEqual({
        holds: true,
        notes: [
          'nobody owns table inet ringfence: no agent lives here, and any program of root may change it',
        ],
      });
    });

    test('says which connections are different where a row is missing, and why', async () => {
      const socket = enter(() => openNetfilterSocket());
      const elements = nftElements(socket, set('ingress4_ports'));
      socket.close();
      // The port is the key's last field.
      const rows = elements.filter(({ key }) => (key[12] ?? 0) * 256 + (key[13] ?? 0) === 5432);
      const report = await verifyWith(
        [{ kind: 'deleteElements', set: set('ingress4_ports'), elements: rows }],
        [{ kind: 'addElements', set: set('ingress4_ports'), elements: rows }],
      );
      const { holds, differences } = report;
      expect(holds).toBe(false);
      expect(differences[0]).toMatchObject({
        kind: 'connections',
        to: expect.stringContaining('one/db'),
        from: expect.stringContaining('one/web'),
        traffic: 'TCP 5432',
        direction: 'ingress',
        kernel: 'deny',
        policies: 'allow',
        rule: 'NetworkPolicy one/db, ingress[0]',
      });
      expect(reportText([report], PLAIN)).toContain('the kernel does not hold');
    });

    test('says that its table sleeps', async () => {
      const flags = { owner: false, persist: true };
      const { holds, wrong } = await verifyWith(
        [{ kind: 'addTable', table: { ...TABLE, flags: { ...flags, dormant: true } } }],
        [{ kind: 'addTable', table: { ...TABLE, flags: { ...flags, dormant: false } } }],
      );
      expect({ holds, wrong }).toEqual({
        holds: false,
        wrong: [
          'table inet ringfence is dormant: it sees no packets',
          'nothing sees packets in table inet ringfence: nothing is enforced by it',
        ],
      });
    });

    test('says that another table of its names is there', async () => {
      const table = { family: 'inet', name: 'ringfence_2' } as const;
      const base = {
        type: 'filter',
        hook: 'forward',
        priority: 0,
        policy: 'accept',
        devices: [],
      } as const;
      const { holds, wrong } = await verifyWith(
        [
          {
            kind: 'addTable',
            table: { ...table, flags: { dormant: false, owner: false, persist: false } },
          },
          { kind: 'addChain', chain: { family: 'inet', table: table.name, name: 'forward', base } },
        ],
        [{ kind: 'deleteTable', table }],
      );
      expect({ holds, wrong }).toEqual({
        holds: false,
        wrong: [
          'table inet ringfence_2 is there beside table inet ringfence: packets must pass both',
        ],
      });
    });

    test('says that it has no table', async () => {
      const socket = enter(() => openNetfilterSocket());
      commit(socket, [{ kind: 'deleteTable', table: TABLE }]);
      socket.close();
      const { holds, wrong } = await verify();
      expect({ holds, wrong }).toEqual({
        holds: false,
        wrong: ['there is no table inet ringfence: nothing is enforced by it'],
      });
    });
  },
);
