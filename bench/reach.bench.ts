/**
 * Measures the full matrix: everything that every end may send to every other one, in both families,
 * from the cluster's objects.
 *
 * The targets: 10,000 pods x 1,000 policies in 2 s and 300 MB; 100,000 x 10,000 in 20 s and 2 GB.
 */
import { clusterOf, FAMILIES, isNoTraffic, reachOf } from '@ringfence/core';
import { companyObjects, POLICIES_OF_TEAM } from './company.ts';

const SIZES = [
  { teams: 10, limit: undefined },
  { teams: 100, limit: { ms: 2_000, mb: 300 } },
  { teams: 1_000, limit: { ms: 20_000, mb: 2_000 } },
];

for (const { teams, limit } of SIZES) {
  const objects = [...companyObjects({ teams, podsOfTeam: 100 })];
  const started = performance.now();
  const cluster = clusterOf(objects);
  const clusterMs = performance.now() - started;
  const reach = reachOf(cluster);
  const endsMs = performance.now() - started - clusterMs;
  let pairs = 0;
  let open = 0;
  for (const family of FAMILIES) {
    for (const from of reach.ends) {
      for (const { allowed } of reach.allowedFrom(from, family)) {
        pairs += 1;
        if (!isNoTraffic(allowed)) open += 1;
      }
    }
  }
  const ms = performance.now() - started;
  const mb = process.memoryUsage.rss() / 1e6;
  process.stdout.write(
    `${teams * 100} pods x ${teams * POLICIES_OF_TEAM} policies: ${reach.ends.length} ends, ` +
      `${pairs} answers, ${open} of them allow something; ` +
      `cluster in ${clusterMs.toFixed(0)} ms, ends in ${endsMs.toFixed(0)} ms, ` +
      `all answers in ${ms.toFixed(0)} ms, ${mb.toFixed(0)} MB\n`,
  );
  if (limit !== undefined && (ms > limit.ms || mb > limit.mb)) process.exitCode = 1;
}
