import type { Change, KubernetesObject, Pod } from '@ringfence/core';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BIG_NODE, servedText } from './big-company.ts';
import { makeBenchNode } from './bench-node.ts';
import { report } from './figures.ts';
import { decoded, servedObjects } from './served-files.ts';
import { startToldAgent, type ToldAgent } from './told-agent.ts';

const LIMITS = { startMs: 3_000, memoryMb: 400, cores: 0.5 };
const EVENTS_PER_SECOND = 1_000;
const SECONDS = 10;
/** Events come in bursts of as many as are due. */
const TICK_MS = 5;

/** Measures one start of an agent, from files that hold what an API server sends, and its events. */
export async function measureColdStart(folder: string): Promise<void> {
  const node = makeBenchNode();
  const agent = startToldAgent(node.namespace, BIG_NODE);
  const megabytes = sizeOf(folder) / 1e6;
  process.stdout.write(`before the first object: ${peakMb().toFixed(0)} MB\n`);
  const started = performance.now();
  const objects = [...servedObjects(folder)];
  const decodedMs = performance.now() - started;
  process.stdout.write(
    `${objects.length} objects decoded from ${megabytes.toFixed(0)} MB in ` +
      `${decodedMs.toFixed(0)} ms, ${peakMb().toFixed(0)} MB\n`,
  );
  const pods = objects.filter((object) => object.kind === 'Pod');
  const local = pods.filter((pod) => pod.node === BIG_NODE);
  for (const pod of local) node.plug(pod);
  // What is told of the new interfaces is taken in before, as on a node that starts again.
  await pause(1_000);
  const ms = agent.replace(objects);
  const enforced = agent.agent.status().pods.filter(({ state }) => state === 'enforced').length;
  if (enforced !== local.length)
    throw new Error(`${enforced} of ${local.length} pods are enforced`);
  report(`from the last object to the kernel's acknowledgement, ${local.length} local pods`, ms, {
    unit: ' ms',
    limit: { most: LIMITS.startMs },
  });
  report('peak resident memory', peakMb(), { unit: ' MB', limit: { most: LIMITS.memoryMb } });
  await measureEvents(agent, pods);
  process.stdout.write(`peak resident memory after the events: ${peakMb().toFixed(0)} MB\n`);
  await agent.stop();
  node.close();
}

async function measureEvents(agent: ToldAgent, pods: readonly Pod[]): Promise<void> {
  const total = EVENTS_PER_SECOND * SECONDS;
  const texts = eventTexts(pods, total);
  const cpu = process.cpuUsage();
  const started = performance.now();
  let sent = 0;
  while (sent < total) {
    await pause(TICK_MS);
    const due = Math.min(((performance.now() - started) / 1_000) * EVENTS_PER_SECOND, total);
    for (; sent < due; sent += 1) {
      const text = texts[sent];
      if (text !== undefined) agent.tell([changeOf(text)]);
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  report(
    `${(total / seconds).toFixed(0)} events of pods a second`,
    (user + system) / 1e6 / seconds,
    {
      unit: ' cores',
      limit: { most: LIMITS.cores },
      beside: ` (user ${(user / 1e6 / seconds).toFixed(2)}, system ${(system / 1e6 / seconds).toFixed(2)})`,
    },
  );
}

/** As a watch tells them. */
type WatchText = `${'+' | '-'}${string}`;

/**
 * Lives of pods, as a rollout makes them: it is created, gets its addresses, is labelled anew, goes.
 * Each is as its neighbours are but for its name and address.
 */
function eventTexts(pods: readonly Pod[], count: number): readonly WatchText[] {
  return Array.from({ length: count }, (_, index): WatchText => {
    const life = Math.floor(index / 4);
    const pod = pods[(life * 7_919) % pods.length];
    if (pod === undefined) throw new Error('there are pods');
    const fresh: Pod = {
      ...pod,
      name: `fresh-${life}`,
      uid: `fresh-${life}`,
      addresses: [{ family: 'IPv4', value: 0x0b00_0000 + life }],
    };
    const step = index % 4;
    if (step === 0) return `+${servedText({ ...fresh, addresses: [] })}`;
    if (step === 1) return `+${servedText(fresh)}`;
    const other: Pod = { ...fresh, labels: new Map([...pod.labels, ['app', `app-${life % 12}`]]) };
    return step === 2 ? `+${servedText(other)}` : `-${servedText(other)}`;
  });
}

function changeOf(text: WatchText): Change {
  const object: KubernetesObject = decoded(JSON.parse(text.slice(1)));
  if (object.kind !== 'Pod') throw new Error('the events are about pods');
  if (text.startsWith('+')) return { kind: 'upsert', object };
  const { kind, namespace, name } = object;
  return { kind: 'delete', ref: { kind, namespace, name } };
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}

/** The most that this process ever had. */
function peakMb(): number {
  const text = readFileSync('/proc/self/status', 'utf8');
  return (Number(/^VmHWM:\s*(\d+) kB$/mu.exec(text)?.[1] ?? 0) * 1024) / 1e6;
}
