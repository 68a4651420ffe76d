/**
 * An agent alone in its process, in a network namespace of its own, that is told changes by its
 * parent. After each cycle it says what it holds, when nothing is left to do.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_AGENT_OPTIONS, startAgent } from '@ringfence/agent';
import type { Change, KubernetesObject } from '@ringfence/core';
import type { ObjectListener } from '@ringfence/kube';
import {
  addRoute,
  addVeth,
  flows,
  linkNamed,
  makeNamespace,
  type NetlinkSocket,
  nftElements,
  nftSets,
  nftTables,
  openNetfilterSocket,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { localAddress, NODE, SLOTS } from './churn.ts';
import type { Sample } from './sample.ts';

/** What the parent says. */
export type Order =
  | { readonly kind: 'replace'; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: 'cycle'; readonly batches: readonly (readonly Change[])[] };

const namespace = makeNamespace();
const unused = makeNamespace();
const route = openRouteSocket(namespace);
for (let slot = 0; slot < SLOTS; slot += 1) plug(route, slot);
const netfilter = openNetfilterSocket(namespace);

const complaints: string[] = [];
const heard: { listener?: ObjectListener } = {};
const agent = namespace.enter(() =>
  startAgent({
    ...DEFAULT_AGENT_OPTIONS,
    node: NODE,
    podInterfaces: ['pod*'],
    source: {
      async follow(listener, signal) {
        heard.listener = listener;
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      },
    },
    log: (message) => void complaints.push(message),
  }),
);
let told = 0;

process.on('message', (order: Order) => {
  follow(order).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));

async function follow(order: Order): Promise<void> {
  const { listener } = heard;
  if (listener === undefined) throw new Error('the agent does not listen');
  if (order.kind === 'replace') listener.replace(order.objects, version());
  else {
    for (const changes of order.batches) {
      listener.change(changes, version());
      await pause(PACE_MS);
    }
  }
  await settled();
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
  process.send?.(sample());
}

/** Fewer than a hundred transactions a second. */
const PACE_MS = 12;
/** Rows of numbers that nobody has any more go when 50 ms are quiet. */
const TIDY_MS = 250;

function version(): string {
  told += 1;
  return `${told}`;
}

async function settled(): Promise<void> {
  while (agent.status().realised !== `${told}`) await pause(PACE_MS);
  await pause(TIDY_MS);
}

function sample(): Sample {
  gc?.();
  gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const tables = nftTables(netfilter);
  const sets = tables.flatMap((each) => [...nftSets(netfilter, each)]);
  const sizes = sets.map((set) => [
    set.name,
    // Packets write into this one: those that the kernel sends by itself, such as neighbour discovery.
    set.name.startsWith('denied') ? 0 : nftElements(netfilter, set).length,
  ]);
  return {
    memory: { rss, heapUsed, external },
    cpuSeconds: (user + system) / 1e6,
    counts: {
      ...Object.fromEntries(sizes),
      identities: new Set(
        sets
          .filter(({ name }) => name.startsWith('identities') || name.startsWith('segments'))
          .flatMap((set) => nftElements(netfilter, set))
          .flatMap(({ data }) =>
            data instanceof Uint8Array ? [Buffer.from(data).readUInt32LE()] : [],
          ),
      ).size,
      flows: flows(netfilter).length,
      descriptors: readdirSync('/proc/self/fd').length,
      resources: process.getActiveResourcesInfo().filter((name) => name !== 'Timeout').length,
      pods: agent.status().pods.length,
      policies: agent.status().policies.length,
    },
  };
}

/** A pod's link, and the route to its address. */
function plug(socket: NetlinkSocket, slot: number): void {
  const name = `pod${slot}`;
  addVeth(socket, { name, peer: { name: `eth${slot}`, namespace: unused } });
  const link = linkNamed(socket, name)?.index;
  if (link === undefined) throw new Error(`there is no link ${name}`);
  setLink(socket, link, { up: true });
  addRoute(socket, { destination: { address: localAddress(slot), prefix: 32 }, link });
}
