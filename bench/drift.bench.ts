/**
 * Measures how long an edit of somebody else's lasts in a table without an owner, as before Linux 6.9:
 * from the edit to the table being what it was, in a network namespace of its own. 2,000 pods x 200
 * policies, 100 pods of the node.
 *
 * The target: 100 ms for every kind of edit. What the agent works on first is the other program's
 * notification; the times are those of the program that edits.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { commit, missingPrivilege, openNetfilterSocket } from '@ringfence/netlink';
import { makeBenchNode } from './agent/bench-node.ts';
import { companyOnNodes, NODE } from './agent/enforced-cluster.ts';
import { median, quantile, report } from './agent/figures.ts';
import { FOREIGN_EDITS } from './agent/foreign-edits.ts';
import { startToldAgent } from './agent/told-agent.ts';

const TEAMS = 20;
const RUNS = 9;
/** Repairs are made at once as long as they take a tenth of the time. */
const BETWEEN_MS = 1_500;
const LIMIT = { most: 100 };

const missing = missingPrivilege();
if (missing === undefined) await measureRepairs();
else process.stdout.write(`not measured: ${missing}\n`);

async function measureRepairs(): Promise<void> {
  const objects = companyOnNodes(TEAMS);
  const node = makeBenchNode();
  for (const object of objects) {
    if (object.kind === 'Pod' && object.node === NODE) node.plug(object);
  }
  const { agent, replace, stop } = startToldAgent(node.namespace, NODE, { ownTables: false });
  replace(objects);
  const stranger = openNetfilterSocket(node.namespace);
  const repairs = (): number =>
    Number(/^ringfence_drift_repairs_total (\d+)$/mu.exec(agent.metrics())?.[1]);
  let look: () => void = () => undefined;
  agent.onStatus(() => look());
  process.stdout.write(
    `${objects.length} objects, ${agent.status().pods.length} pods of the node\n`,
  );
  for (const { what, changes } of FOREIGN_EDITS) {
    const samples: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await pause(BETWEEN_MS);
      const edit = changes(stranger);
      const before = repairs();
      const started = performance.now();
      commit(stranger, edit);
      await new Promise<void>((resolve) => {
        look = () => {
          if (repairs() > before) resolve();
        };
      });
      samples.push(performance.now() - started);
    }
    const beside = `, up to ${quantile(samples, 1).toFixed(1)}`;
    report(`  ${what}, median of ${RUNS}`, median(samples), { unit: ' ms', limit: LIMIT, beside });
  }
  await stop();
  stranger.close();
  node.close();
}
