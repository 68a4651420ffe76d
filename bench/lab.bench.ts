/**
 * Measures the cluster on one machine by its commands: `ringfence up`, a further pod, `ringfence
 * probe`, as a person meets them; memory and idle time of all its processes.
 *
 * The targets: up with 2 nodes and 20 pods in 1.5 s; one more pod in 50 ms; 200 pods in 10 s and 1 GB,
 * idle at 5 % of a core; 30 pods x 30 pods x 2 ports in 15 s, half of them dropped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pod } from '@ringfence/core';
import { createLab } from '@ringfence/lab';
import { missingPrivilege, openNamespace } from '@ringfence/netlink';
import { dropIncoming } from './drop-incoming.ts';

const LAUNCHER = path.join(import.meta.dirname, '../packages/cli/bin/ringfence');
const TOPOLOGIES = ['routed', 'bridge'] as const;
const PORTS = [8080, 9090];
const IDLE_MS = 5_000;
const TICKS_PER_SECOND = 100;

const missing = missingPrivilege();
if (missing !== undefined) {
  process.stdout.write(`not measured: ${missing}\n`);
} else {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-lab-'));
  try {
    for (const topology of TOPOLOGIES) await measure(folder, topology);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(root: string, topology: (typeof TOPOLOGIES)[number]): Promise<void> {
  const state = path.join(root, `state-${topology}`);
  const at = ['--state', state];
  const up = (pods: number): number => {
    const file = path.join(root, `${pods}.yaml`);
    writeFileSync(file, manifests(pods));
    return timed(['up', '-f', file, '--topology', topology, '--detach', ...at]);
  };
  report(`${topology}: up, 2 nodes and 20 pods`, up(20), 1_500);
  timed(['down', ...at]);
  report(`${topology}: one more pod`, oneMore(topology), 50);
  report(`${topology}: up, 2 nodes and 30 pods`, up(30), 1_500);
  drop(at);
  probe(topology, at);
  report(`${topology}: down`, timed(['down', ...at]), 1_500);
  report(`${topology}: up, 2 nodes and 200 pods`, up(200), 10_000);
  await weigh(topology, at);
  timed(['down', '--purge', ...at]);
}

/** What a pod costs that comes to 20 others, in the lab's own process. */
function oneMore(topology: (typeof TOPOLOGIES)[number]): number {
  const lab = createLab({
    topology,
    encapsulation: 'none',
    folder: tmpdir(),
    onError(what, error) {
      throw new Error(`${what}: ${error.message}`);
    },
  });
  const pods = Array.from({ length: 20 }, (_, index) => podObject(index));
  lab.apply(pods.map((object) => ({ kind: 'upsert', object })));
  const started = performance.now();
  lab.apply([{ kind: 'upsert', object: podObject(20) }]);
  const ms = performance.now() - started;
  lab.close();
  return ms;
}

/** Half of the pods let nothing in. */
function drop(at: readonly string[]): void {
  for (const { name, netns } of status(at).pods) {
    if (Number(/\d+$/u.exec(name)?.[0] ?? 0) % 2 === 0) continue;
    const namespace = openNamespace(path.join('/run/netns', netns));
    dropIncoming(namespace);
    namespace.close();
  }
}

function probe(topology: string, at: readonly string[]): void {
  const ports = PORTS.flatMap((port) => ['--port', `${port}`]);
  const ends = ['--from', 'default/deploy/pod', '--to', 'default/deploy/pod'];
  const started = performance.now();
  const { stdout } = run(['probe', ...ends, ...ports, '--family', 'IPv4', '-o', 'json', ...at]);
  const ms = performance.now() - started;
  const { connections }: Probe = JSON.parse(stdout);
  const wrong = connections.filter(({ to, measured }) => {
    const isDropped = Number(/\d+$/u.exec(to)?.[0] ?? 0) % 2 === 1;
    return measured !== (isDropped ? 'deny' : 'allow');
  });
  report(
    `${topology}: probe, ${connections.length} connections, ${wrong.length} not as expected`,
    ms,
    15_000,
  );
  if (wrong.length > 0 || connections.length === 0) process.exitCode = 1;
}

async function weigh(topology: string, at: readonly string[]): Promise<void> {
  const { processes } = status(at);
  const bytes = processes.map(({ pid }) => {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s*(\d+) kB$/mu.exec(text)?.[1] ?? 0) * 1024;
  });
  report(`${topology}: memory of all processes`, sum(bytes) / 1e6, 1_000, 'MB');
  const spent = (): number => sum(processes.map(({ pid }) => ticks(pid)));
  const before = spent();
  await pause(IDLE_MS);
  const busy = ((spent() - before) / TICKS_PER_SECOND / (IDLE_MS / 1_000)) * 100;
  report(`${topology}: idle`, busy, 5, '% of a core');
}

function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

interface Probe {
  readonly connections: readonly { readonly to: string; readonly measured: string }[];
}

interface Status {
  readonly processes: readonly { readonly pid: number }[];
  readonly pods: readonly { readonly name: string; readonly netns: string }[];
}

function status(at: readonly string[]): Status {
  const read: Status = JSON.parse(run(['status', '-o', 'json', ...at]).stdout);
  return { ...read, pods: read.pods.filter(({ name }) => name.startsWith('pod-')) };
}

function timed(args: readonly string[]): number {
  const started = performance.now();
  const { status: code, stderr } = run(args);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return performance.now() - started;
}

function run(args: readonly string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(LAUNCHER, args, { encoding: 'utf8', maxBuffer: 1e8 });
}

function manifests(pods: number): string {
  const ports = PORTS.map((port) => `{containerPort: ${port}}`).join(', ');
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: pod}
spec:
  replicas: ${pods}
  selector: {matchLabels: {app: pod}}
  template:
    metadata: {labels: {app: pod}}
    spec: {containers: [{name: pod, image: pod, ports: [${ports}]}]}
`;
}

function podObject(index: number): Pod {
  return {
    kind: 'Pod',
    namespace: 'default',
    name: `pod-${index}`,
    uid: `uid-${index}`,
    labels: new Map(),
    owner: undefined,
    node: '',
    hostNetwork: false,
    finished: false,
    terminating: false,
    createdAt: 0,
    addresses: [],
    ports: PORTS.map((port) => ({ name: '', protocol: 'TCP', port })),
    hostname: '',
    subdomain: '',
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function report(what: string, figure: number, limit: number, unit: string = 'ms'): void {
  const text = figure < 10 ? figure.toFixed(1) : figure.toFixed(0);
  process.stdout.write(`${what}: ${text} ${unit} (at most ${limit})\n`);
  if (figure > limit) process.exitCode = 1;
}
