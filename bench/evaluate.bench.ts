/**
 * Measures verdicts, in two ways.
 *
 * - The same pods, to which the same policies apply, in clusters that have more and more policies
 *   for other pods: a verdict must cost the same. The clusters take turns, so that a machine that
 *   slows down slows all of them.
 * - All pods of the largest cluster, where every workload has policies of its own: verdicts a
 *   second. Most of such a verdict is waiting for memory, which the first measure hides.
 */
import { type Cluster, clusterOf, type Connection, evaluate } from '@ringfence/core';
import { clusterObjects, NAMESPACES, type Size, WORKLOADS } from './cluster.ts';

const PODS = 10_000;
const QUESTIONS = 20_000;
const ROUNDS = 25;
const MIN_VERDICTS_A_SECOND = 1_000_000;
const MAX_RATIO = 1.5;

const throughput = measureThroughput({ pods: PODS, policies: 1_000 });
const ratio = measureGrowth([10, 100, 1_000]);
process.stdout.write(
  `1,000 policies cost ${ratio.toFixed(2)} times what 10 cost (limit ${MAX_RATIO}); ` +
    `${format(throughput)} verdicts/s (at least ${format(MIN_VERDICTS_A_SECOND)})\n`,
);
if (ratio > MAX_RATIO || throughput < MIN_VERDICTS_A_SECOND) process.exitCode = 1;

function measureThroughput(size: Size): number {
  const started = performance.now();
  const cluster = clusterOf(clusterObjects(size));
  const indexMs = performance.now() - started;
  const questions = questionsAbout(cluster, 'all');
  const { median, spread } = summary(
    Array.from({ length: ROUNDS }, () => time(cluster, questions)),
  );
  process.stdout.write(
    `${format(size.pods)} pods x ${format(size.policies)} policies, indexed in ${indexMs.toFixed(0)} ms: ` +
      `${median.toFixed(0)} ns a verdict between any two pods (${spread})\n`,
  );
  return 1e9 / median;
}

function measureGrowth(policies: readonly number[]): number {
  const benches = policies.map((count) => {
    const cluster = clusterOf(clusterObjects({ pods: PODS, policies: count }));
    return {
      count,
      cluster,
      questions: questionsAbout(cluster, 'unconcerned'),
      samples: [] as number[],
    };
  });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { cluster, questions, samples } of benches) samples.push(time(cluster, questions));
  }
  const medians = benches.map(({ count, samples }) => {
    const { median, spread } = summary(samples);
    process.stdout.write(
      `${format(count).padStart(6)} policies: ${median.toFixed(0)} ns a verdict between pods that only the first ten select (${spread})\n`,
    );
    return median;
  });
  return (medians.at(-1) ?? 0) / (medians[0] ?? 1);
}

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

/**
 * Half of them inside a namespace, half to a port that is open to some. `unconcerned` are the pods
 * of the one workload of each namespace that no further policy selects.
 */
function questionsAbout(cluster: Cluster, pods: 'all' | 'unconcerned'): readonly Connection[] {
  const random = createRandom(7);
  const last = WORKLOADS - 1;
  const endIn = (namespace: number): Connection['from'] => {
    const turn = Math.floor((random() * PODS) / NAMESPACES);
    const place = pods === 'unconcerned' ? Math.floor(turn / WORKLOADS) * WORKLOADS + last : turn;
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

function summary(samples: readonly number[]): { readonly median: number; readonly spread: string } {
  const sorted = samples.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), spread: `${at(0).toFixed(0)} to ${at(1).toFixed(0)}` };
}

function format(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** A small generator with a seed: the same questions every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
