/** The thread of the traffic: it goes on, whatever the thread of the agents is busy with. */
import { parentPort, workerData } from 'node:worker_threads';
import { nowMs } from './clock.ts';
import { createProbing } from './probing.ts';
import { talkTcp } from './talk-tcp.ts';
import { talkUdp } from './talk-udp.ts';
import type { Talk } from './talk.ts';
import type { News, Order } from './wire.ts';

const { everyMs, talkEvery, spoken } = workerData as {
  readonly everyMs: number;
  readonly talkEvery: number;
  readonly spoken: Int32Array;
};
const talks: Talk[] = [];
const probing = createProbing();
let ticks = 0;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
const tell = (news: News): void => parentPort?.postMessage(news);
const tick = (): void => {
  const sent = probing.tick();
  ticks += 1;
  if (ticks % talkEvery === 0) for (const talk of talks) talk.tick();
  probing.hear();
  if (talks.length === 0 && probing.logs().length === 0) return;
  Atomics.add(spoken, 1, sent);
  Atomics.add(spoken, 0, 1);
  Atomics.notify(spoken, 0);
};
const ticking = setInterval(tick, everyMs);

/** Twice around: what was in a socket then has been read. */
const takenIn = async (): Promise<void> => {
  for (let round = 0; round < 2; round += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    probing.hear();
  }
};

const finish = async ({ waitFor, waitMs }: Order & { kind: 'finish' }): Promise<void> => {
  const logs = [...talks.flatMap((talk) => talk.logs), ...probing.logs()];
  const awaited = logs.filter(({ flow }) => waitFor.includes(flow));
  const limit = nowMs() + waitMs;
  while (nowMs() < limit && !awaited.every((log) => log.hasBegun())) await takenIn();
  clearInterval(ticking);
  while (nowMs() < limit && !awaited.every((log) => log.isThrough())) await takenIn();
  await takenIn();
  for (const talk of talks) talk.close();
  probing.close();
  tell({ kind: 'finished', streams: logs.map((log) => log.stream()) });
  parentPort?.close();
};

const obey = async (order: Order): Promise<void> => {
  switch (order.kind) {
    case 'open': {
      const come = order.wires.map((wire) =>
        wire.protocol === 'TCP' ? talkTcp(wire) : talkUdp(wire),
      );
      talks.push(...come);
      await Promise.all(come.map(({ opened }) => opened));
      tell({ kind: 'opened' });
      return;
    }
    case 'probe':
      probing.open(order.wires);
      tell({ kind: 'probing' });
      return;
    case 'find': {
      const from = nowMs();
      const sought = probing.logs().filter(({ flow }) => order.flows.includes(flow));
      while (!sought.every((log) => log.heardAt() > from)) await takenIn();
      tell({ kind: 'found' });
      return;
    }
    case 'rest':
      probing.rest(order.flows);
      tell({ kind: 'resting' });
      return;
    case 'mark':
      tick();
      await takenIn();
      tell({ kind: 'marked', at: nowMs() });
      return;
    case 'finish':
      await finish(order);
      return;
    default:
      throw new Error(`unknown order ${JSON.stringify(order satisfies never)}`);
  }
};

parentPort?.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => tell({ kind: 'failed', message: String(error) }));
});
