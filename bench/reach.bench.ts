/**
 * Measures the full matrix: everything that every end may send to every other one.
 *
 * The target at 10,000 pods x 1,000 policies: 2 s and 300 MB.
 */
import { clusterOf, FAMILIES, isNoTraffic, reachOf } from '@ringfence/core';
import { clusterObjects } from './cluster.ts';

const SIZES = [
  { pods: 1_000, policies: 100 },
  { pods: 3_000, policies: 300 },
  { pods: 10_000, policies: 1_000 },
];
const LIMIT_MS = 2_000;
const LIMIT_MB = 300;

for (const size of SIZES) {
  const cluster = clusterOf(clusterObjects(size));
  const started = performance.now();
  const reach = reachOf(cluster);
  const builtMs = performance.now() - started;
  let pairs = 0;
  let open = 0;
  for (const from of reach.ends) {
    for (const to of reach.ends) {
      if (from.kind === 'outside' && to.kind === 'outside') continue;
      pairs += 1;
      for (const family of FAMILIES) {
        const allowed = reach.allowed(from, to, family);
        if (allowed !== undefined && !isNoTraffic(allowed)) open += 1;
      }
    }
  }
  const ms = performance.now() - started;
  const mb = process.memoryUsage().heapUsed / 1e6;
  process.stdout.write(
    `${size.pods} pods x ${size.policies} policies: ${reach.ends.length} ends, ${pairs} pairs, ` +
      `${open} of them open in a family, ends found in ${builtMs.toFixed(0)} ms, all answers in ${ms.toFixed(0)} ms, ${mb.toFixed(0)} MB\n`,
  );
  const last = size === SIZES.at(-1);
  if (last && (ms > LIMIT_MS || mb > LIMIT_MB)) process.exitCode = 1;
}
