import { setTimeout as pause } from 'node:timers/promises';
import { companyOnNodes, enforceCluster, NODE, rangePolicies } from './enforced-cluster.ts';
import { BETWEEN_MS, createEventSamples } from './event-samples.ts';
import { type Limit, median, quantile, report } from './figures.ts';
import { POD_EVENTS } from './pod-events.ts';

const TURNS = 500;

const LIMITS = {
  none: { median: { most: 0.5 }, p99: { most: 2 } },
  /** The kernel copies a set of ranges whenever a row of it comes or goes. */
  ranges: { median: {}, p99: { most: 5 } },
} as const satisfies Record<string, { readonly median: Limit; readonly p99: Limit }>;

/** Measures what happens to pods, without rows of ranges and with a thousand. */
export async function measureEvents(): Promise<void> {
  const company = companyOnNodes(100);
  const pods = company.filter((object) => object.kind === 'Pod');
  const ranges = rangePolicies(pods.filter(({ node }) => node === NODE));
  await measure('none', company);
  await measure('ranges', [...company, ...ranges]);
}

async function measure(
  rows: keyof typeof LIMITS,
  objects: Parameters<typeof enforceCluster>[0],
): Promise<void> {
  const cluster = enforceCluster(objects);
  const text = rows === 'none' ? 'no rows of ranges' : `${cluster.rangeRows()} rows of ranges`;
  process.stdout.write(
    `10,000 pods x 1,000 policies, ${cluster.local.length} of the node, ${text}; ` +
      `in force after ${cluster.startMs.toFixed(0)} ms\n`,
  );
  const samples = createEventSamples(cluster);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const event of POD_EVENTS) {
      await pause(BETWEEN_MS);
      samples.run(event, turn);
    }
  }
  const limits = LIMITS[rows];
  for (const event of POD_EVENTS) {
    const all = samples.of(event);
    const beside = `, of ${all.length}`;
    report(`  ${event}, median`, median(all), { unit: ' ms', limit: limits.median, beside });
    report(`  ${event}, p99`, quantile(all, 0.99), { unit: ' ms', limit: limits.p99 });
  }
  await cluster.close();
}
