import { commit, missingPrivilege, openNetfilterSocket } from '@ringfence/netlink';
import { describe, expect, test } from 'vitest';
import { EDITS } from './drift/edits.ts';
import { tableOf } from './drift/held.ts';
import { findingsOf } from './faults/trial.ts';
import { countsText } from './flows/findings-text.ts';

// What gets through, and what gets lost, until edits of tables that have no owner are made good.

const missing = missingPrivilege();
const PACKETS = 10_000;
/** On each node one after the other: so many ms in between are so many times that everybody speaks. */
const SPOKEN = 50;

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'edits under traffic' : `edits under traffic (skipped: ${missing})`,
  () => {
    test('what leaks until they are made good is little, and then it ends', async () => {
      const log: string[] = [];
      const findings = await findingsOf({
        title: 'edits',
        topology: 'routed',
        packets: PACKETS,
        rounds: EDITS.length,
        async begin({ agents, stopAgent, startAgent, settled }) {
          const nodes = [...agents.keys()];
          await Promise.all(nodes.map((node) => stopAgent(node)));
          const others = { ownTables: false, log: (message: string) => void log.push(message) };
          for (const node of nodes) startAgent(node, others);
          await settled();
        },
        async round({ networks, traffic }, count) {
          for (const network of networks.values()) {
            const stranger = network.enter(() => openNetfilterSocket());
            const edit = EDITS[count % EDITS.length];
            commit(stranger, edit?.changes(stranger, tableOf(stranger, 'inet')) ?? []);
            stranger.close();
          }
          await traffic.spoken(SPOKEN);
        },
      });
      const { denied, leaked, allowed, lost, complaints } = findings;
      const repairs = log.filter((line) => line.includes('after it was told'));
      process.stdout.write(`${repairs.length} edits of one node each: ${countsText(findings)}\n`);
      expect(complaints).toEqual([]);
      expect(repairs.length).toBeGreaterThanOrEqual(2 * EDITS.length);
      expect(leaked).toBeLessThan(denied / 5);
      expect(lost).toBeLessThan(allowed / 5);
    });
  },
);
