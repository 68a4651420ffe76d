import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentStatus } from '@ringfence/agent';
import type { Change } from '@ringfence/core';
import { serveFeed } from '@ringfence/kube';
import { createLab, type LabOptions, type NodeNetwork } from '@ringfence/lab';
import type { EnforcedLab } from '../enforced-lab.ts';

const MAIN = path.join(import.meta.dirname, '../../../packages/cli/src/main.ts');
const SETTLE_MS = 30_000;

interface Process {
  child: ChildProcess;
  status: AgentStatus | undefined;
}

/**
 * Makes a lab whose agents are processes, as those of `ringfence up`: to stop one is to kill it with a
 * signal that it cannot hear, and it is started again at once.
 */
export async function makeProcessLab({
  topology,
}: Pick<LabOptions, 'topology'>): Promise<EnforcedLab> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-kernel-'));
  const socket = path.join(folder, 'objects');
  const problems: string[] = [];
  const processes = new Map<string, Process>();
  const networks = new Map<string, NodeNetwork>();
  let version = 0;
  let isClosed = false;
  let wake: () => void = () => undefined;

  const feed = await serveFeed(socket, {
    onReport({ node, pid }, report) {
      const known = processes.get(node);
      if (known?.child.pid === pid) known.status = report as AgentStatus;
      wake();
    },
    onLeave: () => undefined,
    onError: ({ message }) => problems.push(message),
  });
  const start = (node: string, network: NodeNetwork): void => {
    const told = JSON.stringify({ node, feed: socket, ownNodeEgress: 'enforce' });
    const log = openSync(path.join(folder, `${node}.log`), 'a');
    const child = network.enter(() =>
      spawn(process.execPath, ['--conditions=source', MAIN, '__agent', told], {
        stdio: ['ignore', log, log, 'ipc'],
      }),
    );
    closeSync(log);
    child.on('message', () => lab.admit(node));
    child.once('exit', () => {
      if (!isClosed) start(node, network);
    });
    processes.set(node, { child, status: undefined });
  };

  const change = (changes: readonly Change[]): void => {
    if (changes.length === 0) return;
    version += 1;
    const objects = changes.flatMap((each) => (each.kind === 'upsert' ? [each.object] : []));
    if (version === 1) feed.replace(objects, `${version}`);
    else feed.change(changes, `${version}`);
  };

  const lab = createLab({
    topology,
    encapsulation: 'none',
    nodes: 2,
    folder,
    onError: (what, error) => problems.push(`${what}: ${error.message}`),
    enforcer: {
      change,
      nodes(made) {
        for (const [node, network] of made) {
          networks.set(node, network);
          start(node, network);
        }
      },
    },
  });

  const isSettled = (): boolean => {
    const statuses = [...processes.values()].map(({ status }) => status);
    if (!statuses.every((status) => status?.realised === `${version}`)) return false;
    const enforced = new Set(
      statuses
        .flatMap((status) => status?.pods ?? [])
        .filter(({ state }) => state === 'enforced')
        .map(({ namespace, name }) => `${namespace}/${name}`),
    );
    return [...lab.cluster.pods()].every(
      ({ object: { namespace, name, hostNetwork } }) =>
        hostNetwork || enforced.has(`${namespace}/${name}`),
    );
  };

  return {
    lab,
    networks,
    problems,
    async settled() {
      const limit = AbortSignal.timeout(SETTLE_MS);
      while (!isSettled()) {
        if (limit.aborted) throw new Error(`version ${version} is not in force`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 20);
        });
      }
    },
    async stopAgent(node) {
      processes.get(node)?.child.kill('SIGKILL');
    },
    startAgent: () => undefined,
    agents: new Map(),
    tellAgents: change,
    keepSilent() {
      throw new Error('processes are told at once');
    },
    async close() {
      isClosed = true;
      for (const { child } of processes.values()) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await gone;
      }
      feed.close();
      lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
