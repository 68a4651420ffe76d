/**
 * Measures `verify` on a node of a cluster of 100,000 pods, 2,000 policies and 1,000 nodes, a hundred of
 * the pods its own: from objects that are in the cluster to a kernel that is proved to hold what they
 * mean. The target: 3 s.
 */
import { openTableReader, type TableReader, watchInterfaces } from '@ringfence/agent';
import { type Cluster, clusterOf, type KubernetesObject } from '@ringfence/core';
import { DEFAULT_COMPILE_OPTIONS, type Proof } from '@ringfence/dataplane';
import { missingPrivilege, type NetworkNamespace } from '@ringfence/netlink';
import { setTimeout as pause } from 'node:timers/promises';
import { labSettings } from '../packages/cli/src/agent/settings.ts';
import { proofsOf } from '../packages/cli/src/verify/proofs.ts';
import { type BenchNode, makeBenchNode } from './agent/bench-node.ts';
import { BIG_NODE, bigCompany } from './agent/big-company.ts';
import { median, report } from './agent/figures.ts';
import { startToldAgent } from './agent/told-agent.ts';

const LIMIT_MS = 3_000;
const ROUNDS = 5;

const missing = missingPrivilege();
if (missing === undefined) await measure();
else process.stdout.write(`not measured: ${missing}\n`);

async function measure(): Promise<void> {
  const objects = [...bigCompany()];
  const node = makeBenchNode();
  await enforce(node, objects);
  const started = performance.now();
  const cluster = clusterOf(objects);
  process.stdout.write(
    `beside: ${objects.length} objects into a cluster in ${msSince(started).toFixed(0)} ms\n`,
  );
  const reader = node.namespace.enter(openTableReader);
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await verifyOnce({ cluster, reader, namespace: node.namespace }));
  }
  reader.close();
  node.close();
  tell(rounds);
}

/** Puts all into force, and ends the agent: its rules stay. */
async function enforce(node: BenchNode, objects: readonly KubernetesObject[]): Promise<void> {
  const agent = startToldAgent(node.namespace, BIG_NODE);
  for (const object of objects) {
    if (object.kind === 'Pod' && object.node === BIG_NODE) node.plug(object);
  }
  // What is told of the new interfaces is taken in before, as on a node that starts again.
  await pause(100);
  agent.replace(objects);
  await agent.stop();
}

interface Round {
  readonly readMs: number;
  readonly proveMs: number;
  /** Of this process, the kernel's part included. */
  readonly cpuMs: number;
  readonly compared: Proof['compared'];
}

async function verifyOnce({
  cluster,
  reader,
  namespace,
}: {
  readonly cluster: Cluster;
  readonly reader: TableReader;
  readonly namespace: NetworkNamespace;
}): Promise<Round> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const held = reader.read(DEFAULT_COMPILE_OPTIONS.table);
  if (held.kind === 'failed') throw new Error(held.error);
  const [table] = held.value.tables;
  if (table === undefined) throw new Error('there is no table');
  const read = performance.now();
  const interfaces = watchInterfaces({
    podInterfaces: [],
    exclude: [],
    believe: 'pods',
    namespace,
  });
  const settings = { ...labSettings(BIG_NODE), podInterfaces: [] };
  const found = { inet: table, bridge: undefined };
  const proofs = proofsOf(found, { cluster, settings, interfaces, most: 3 });
  const proveMs = msSince(read);
  const { user, system } = process.cpuUsage(cpu);
  interfaces.close();
  await interfaces.ended;
  const [proof] = proofs;
  if (proof === undefined) throw new Error('nothing was proved');
  const { differences, compared } = proof;
  if (differences.length > 0) throw new Error(`something is different: ${inspect(differences)}`);
  return { readMs: read - started, proveMs, cpuMs: (user + system) / 1_000, compared };
}

function inspect(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}` : each));
}

function tell(rounds: readonly Round[]): void {
  const [{ compared } = { compared: undefined }] = rounds;
  process.stdout.write(`compared: ${JSON.stringify(compared)}\n`);
  report('read and rebuilt from the kernel', median(rounds.map(({ readMs }) => readMs)), {
    unit: ' ms',
  });
  report('proved', median(rounds.map(({ proveMs }) => proveMs)), { unit: ' ms' });
  report('the same in time of the processor', median(rounds.map(({ cpuMs }) => cpuMs)), {
    unit: ' ms',
  });
  report('the first time, together', totalOf(rounds[0]), {
    unit: ' ms',
    limit: { most: LIMIT_MS },
  });
  report(`median of ${ROUNDS}`, median(rounds.map(totalOf)), {
    unit: ' ms',
    limit: { most: LIMIT_MS },
  });
}

function totalOf(round: Round | undefined): number {
  return round === undefined ? Number.NaN : round.readMs + round.proveMs;
}

function msSince(started: number): number {
  return performance.now() - started;
}
