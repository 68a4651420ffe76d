/**
 * Measures verdicts: their cost must not depend on how many policies a cluster has.
 *
 * The same pods are asked about at every size, and each of them is isolated at every size: only the
 * number of policies around a verdict differs.
 */
import { type Cluster, clusterOf, type Connection, evaluate } from '@ringfence/core';
import { clusterObjects, NAMESPACES, type Size } from './cluster.ts';

const PODS = 10_000;
const QUESTIONS = 20_000;
const ROUNDS = 15;
const MIN_VERDICTS_A_SECOND = 1_000_000;
const MAX_RATIO = 1.5;

const sizes = [10, 100, 1_000].map((policies): Size => ({ pods: PODS, policies }));
const benches = sizes.map((size) => {
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const cluster = clusterOf(clusterObjects(size));
  const indexMs = performance.now() - started;
  const heapMb = (process.memoryUsage().heapUsed - before) / 1e6;
  return { size, cluster, indexMs, heapMb, questions: questionsFor(cluster, size) };
});

for (const { cluster, questions } of benches) time(cluster, questions);
const samples = benches.map(() => [] as number[]);
// The sizes take turns, so that a machine that slows down slows all of them.
for (let round = 0; round < ROUNDS; round += 1) {
  benches.forEach(({ cluster, questions }, index) =>
    samples[index]?.push(time(cluster, questions)),
  );
}

process.stdout.write('  pods  policies  index ms  heap MB  verdicts/s (median)  ns each  spread\n');
const medians = benches.map(({ size, indexMs, heapMb }, index) => {
  const sorted = (samples[index] ?? []).toSorted((left, right) => left - right);
  const median = sorted[Math.floor(ROUNDS / 2)] ?? 0;
  const spread = `${(sorted[0] ?? 0).toFixed(0)}-${(sorted.at(-1) ?? 0).toFixed(0)}`;
  const cells = [
    String(size.pods).padStart(6),
    String(size.policies).padStart(9),
    indexMs.toFixed(0).padStart(9),
    heapMb.toFixed(0).padStart(8),
    Math.round(1e9 / median)
      .toLocaleString('en')
      .padStart(20),
    median.toFixed(0).padStart(8),
    spread.padStart(9),
  ];
  process.stdout.write(`${cells.join(' ')}\n`);
  return median;
});

const ratio = (medians.at(-1) ?? 0) / (medians[0] ?? 1);
const speed = 1e9 / (medians.at(-1) ?? 1);
process.stdout.write(
  `1,000 policies cost ${ratio.toFixed(2)} times what 10 cost (limit ${MAX_RATIO}); ` +
    `${Math.round(speed).toLocaleString('en')} verdicts/s (at least ${MIN_VERDICTS_A_SECOND.toLocaleString('en')})\n`,
);
if (ratio > MAX_RATIO || speed < MIN_VERDICTS_A_SECOND) process.exitCode = 1;

/** Nanoseconds for each verdict. */
function time(cluster: Cluster, questions: readonly Connection[]): number {
  const started = performance.now();
  let allowed = 0;
  for (const question of questions) {
    if (evaluate(cluster, question).verdict === 'allow') allowed += 1;
  }
  const elapsed = performance.now() - started;
  if (allowed === 0 || allowed === questions.length) throw new Error('questions must be mixed');
  return (elapsed * 1e6) / questions.length;
}

/** Half of them inside a namespace, half to a port that is open to some. */
function questionsFor(cluster: Cluster, size: Size): readonly Connection[] {
  const random = createRandom(7);
  const endIn = (namespace: number): Connection['from'] => {
    const place = Math.floor((random() * size.pods) / NAMESPACES);
    const pod = cluster.pod(`team-${namespace}`, `pod-${namespace + NAMESPACES * place}`);
    if (pod === undefined) throw new Error('every pod that is asked about exists');
    return { kind: 'pod', namespace: pod.object.namespace, name: pod.object.name };
  };
  return Array.from({ length: QUESTIONS }, () => {
    const from = Math.floor(random() * NAMESPACES);
    const to = random() < 0.5 ? from : Math.floor(random() * NAMESPACES);
    return {
      from: endIn(from),
      to: endIn(to),
      protocol: 'TCP',
      port: random() < 0.5 ? 8080 : 443,
      family: 'IPv4',
      viaService: false,
    };
  });
}

/** A small generator with a seed: the same questions every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
