/**
 * Lets everything happen to a cluster for 30 minutes, and tells whether its agent grows:
 * `npm run soak`, `npm run soak -- 5` for five minutes.
 *
 * A cycle ends where it began. Its samples are compared: counts must be the same after every cycle
 * from the second on, and neither memory nor the processor's time for a cycle must grow (`growthOf`).
 */
import { missingPrivilege } from '@ringfence/netlink';
import { growthOf, median } from './growth.ts';
import type { Sample } from './sample.ts';
import { startSoaking } from './soaking.ts';

const SEED = 1;
/** Some seconds. */
const BATCHES = 300;
const MINUTE_MS = 60_000;
const MIB = 1 << 20;
/** What the collector and the allocator may keep. */
const FLOORS = { rss: 16 * MIB, heapUsed: 2 * MIB, external: 2 * MIB } as const;
/** Other programs take the machine's caches from it, now more and now less: a share of the median. */
const CPU_FLOOR = 0.2;

const missing = missingPrivilege();
if (missing === undefined) process.exitCode = await soak(Number(process.argv[2] ?? 30));
else process.stdout.write(`not soaked: ${missing}\n`);

async function soak(minutes: number): Promise<number> {
  const soaking = await startSoaking(SEED, BATCHES);
  const samples: Sample[] = [];
  const started = performance.now();
  let told = 0;
  while (performance.now() - started < minutes * MINUTE_MS) {
    samples.push(await soaking.cycle());
    const minute = Math.floor((performance.now() - started) / MINUTE_MS);
    if (minute > told) print(`${minute} min: ${lineOf(samples)}`);
    told = minute;
  }
  soaking.stop();
  print(`in all: ${lineOf(samples)}`);
  const problems = [...growing(samples), ...strayCounts(samples)];
  for (const problem of problems) print(problem);
  print(problems.length === 0 ? 'nothing grows' : 'it grows');
  return problems.length === 0 ? 0 : 1;
}

function lineOf(samples: readonly Sample[]): string {
  const last = samples.at(-1);
  if (last === undefined) return 'no cycle';
  const { memory, counts, cpuSeconds } = last;
  const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;
  const elements = Object.entries(counts).reduce(
    (sum, [name, count]) => (/[46]|_/u.test(name) ? sum + count : sum),
    0,
  );
  const { identities, flows, descriptors } = counts;
  return [
    `${samples.length} cycles, ${samples.length * (BATCHES + 1)} changes`,
    `rss ${mib(memory.rss)}, heap ${mib(memory.heapUsed)}, external ${mib(memory.external)}`,
    `cpu ${(cpuSeconds / samples.length).toFixed(2)} s a cycle`,
    `${elements} elements, ${identities} identities, ${flows} flows, ${descriptors} descriptors`,
  ].join('; ');
}

function growing(samples: readonly Sample[]): readonly string[] {
  const memory = (['rss', 'heapUsed', 'external'] as const).map((name): Series => {
    const values = samples.map((sample) => sample.memory[name]);
    return { name, values, floor: FLOORS[name], unit: MIB, unitName: 'MiB' };
  });
  const cpu = cpuOfCycles(samples);
  const all = [
    ...memory,
    { name: 'cpu', values: cpu, floor: CPU_FLOOR * median(cpu), unit: 1, unitName: 's a cycle' },
  ];
  return all.flatMap(({ name, values, floor, unit, unitName }) => {
    const { rise, allowed, grows } = growthOf(values, floor);
    const of = `of ${(median(values) / unit).toFixed(1)} ${unitName}`;
    const within = `(allowed ${(allowed / unit).toFixed(2)})`;
    print(`${name}: rises by ${(rise / unit).toFixed(2)} in the second half, ${of} ${within}`);
    return grows ? [`${name} grows`] : [];
  });
}

interface Series {
  readonly name: string;
  readonly values: readonly number[];
  readonly floor: number;
  readonly unit: number;
  readonly unitName: string;
}

/** What each cycle took, but for the first: the agent's start is in it. */
function cpuOfCycles(samples: readonly Sample[]): readonly number[] {
  return samples.slice(1).map(({ cpuSeconds }, at) => cpuSeconds - (samples[at]?.cpuSeconds ?? 0));
}

/** The first cycle fills what is kept for good. */
function strayCounts([, second, ...others]: readonly Sample[]): readonly string[] {
  if (second === undefined) return ['there were too few cycles'];
  return Object.entries(second.counts).flatMap(([name, count]) => {
    const stray = others.findIndex(({ counts }) => counts[name] !== count);
    if (stray === -1) return [];
    return [`${name}: ${count} after cycle 2, ${others[stray]?.counts[name]} after ${stray + 3}`];
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
