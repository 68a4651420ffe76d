import type { KubernetesObject } from '@ringfence/core';
import { setTimeout as pause } from 'node:timers/promises';
import { clusterObjects } from '../cluster.ts';
import { enforceCluster, NODE } from './enforced-cluster.ts';
import { BETWEEN_MS, createEventSamples } from './event-samples.ts';
import { median, quantile, report } from './figures.ts';
import { POD_EVENTS } from './pod-events.ts';

const LOCAL = 100;
const REMOTE = [1_000, 10_000, 100_000];
const POLICIES = 1_000;
const TURNS = 300;
const LIMIT = { most: 1.5 };

/** Measures the same events of the same node in clusters of ever more pods elsewhere, in turn. */
export async function measureGrowth(): Promise<void> {
  const clusters = REMOTE.map((remote) => {
    const cluster = enforceCluster([...withRemotePods(remote)]);
    process.stdout.write(
      `${remote} remote pods x ${POLICIES} policies, ${cluster.local.length} of the node; ` +
        `in force after ${cluster.startMs.toFixed(0)} ms\n`,
    );
    return { cluster, remote, samples: createEventSamples(cluster) };
  });
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const event of POD_EVENTS) {
      for (const { samples } of clusters) {
        await pause(BETWEEN_MS);
        samples.run(event, turn);
      }
    }
  }
  for (const event of POD_EVENTS) {
    const medians = clusters.map(({ samples }) => median(samples.of(event)));
    for (const [place, { remote, samples }] of clusters.entries()) {
      const p99 = quantile(samples.of(event), 0.99).toFixed(2);
      const beside = `, p99 ${p99} ms`;
      const what = `  ${event}, ${remote} remote pods, median`;
      report(what, medians[place] ?? Number.NaN, { unit: ' ms', beside });
    }
    const ratio = (medians.at(-1) ?? Number.NaN) / (medians[0] ?? Number.NaN);
    report(`  ${event}, the most to the fewest`, ratio, { unit: ' times', limit: LIMIT });
  }
  for (const { cluster } of clusters) await cluster.close();
}

/** The pods of the node are the first hundred, whatever comes after them. */
function* withRemotePods(remote: number): Iterable<KubernetesObject> {
  let count = 0;
  for (const object of clusterObjects({ pods: LOCAL + remote, policies: POLICIES })) {
    if (object.kind !== 'Pod') {
      yield object;
      continue;
    }
    yield { ...object, node: count < LOCAL ? NODE : 'elsewhere' };
    count += 1;
  }
}
