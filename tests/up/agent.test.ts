import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  linkNamed,
  makeNamespace,
  missingPrivilege,
  type NetworkNamespace,
  openRouteSocket,
  setLink,
} from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ended, LAUNCHER, type Ran } from './ringfence.ts';

// The agent as a command, on a machine of its own: a network namespace.

const missing = missingPrivilege();
const title = missing === undefined ? 'an agent' : `an agent (skipped: ${missing})`;
const PATIENCE_MS = 20_000;

const MANIFESTS = `
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: closed}, spec: {podSelector: {}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: n1, containers: [{name: a, image: a}]}, status: {podIP: 10.0.0.2}}
`;

describe.skipIf(missing !== undefined)(title, () => {
  let folder: string;
  let machine: NetworkNamespace;
  let said: string;
  const running: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'ringfence-agent-'));
    writeFileSync(path.join(folder, 'cluster.yaml'), MANIFESTS);
    machine = makeNamespace();
    const route = openRouteSocket(machine);
    setLink(route, linkNamed(route, 'lo')?.index ?? 0, { up: true });
    route.close();
    said = '';
  });
  afterEach(async () => {
    for (const each of running.splice(0)) {
      each.kill('SIGKILL');
      await ended(each);
    }
    machine.close();
    rmSync(folder, { recursive: true });
  });

  const run = (program: string, args: readonly string[]): Ran => {
    const options = { encoding: 'utf8', timeout: PATIENCE_MS } as const;
    const { status, stdout, stderr } = machine.enter(() => spawnSync(program, args, options));
    return { code: status, stdout, stderr };
  };
  const start = (): ChildProcess => {
    const args = ['agent', '-f', folder, '--node', 'n1'];
    const child = machine.enter(() =>
      spawn(LAUNCHER, args, { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    running.push(child);
    return child;
  };
  /** The code, then the page; 0 where nobody answers. */
  const ask = (page: string): string => {
    const script = `fetch('http://127.0.0.1:9095${page}').then(async (a) => console.log(a.status, await a.text()), () => console.log(0))`;
    return run(process.execPath, ['-e', script]).stdout.trim();
  };
  const until = async (holds: () => boolean): Promise<void> => {
    const limit = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (performance.now() > limit) throw new Error(`it did not come to pass: ${said}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  };
  const uninstall = (): Ran => run(LAUNCHER, ['agent', 'uninstall']);

  test('follows manifests, and says how far it is', async () => {
    const agent = start();
    await until(() => ask('/readyz') === '200 ok');
    expect(ask('/healthz')).toBe('200 ok');
    const status = (): unknown => JSON.parse(ask('/status').slice('200 '.length));
    expect(status()).toMatchObject({
      node: 'n1',
      phase: 'enforcing',
      realised: '1',
      pods: [{ namespace: 'default', name: 'web', state: 'closed' }],
    });
    expect(ask('/metrics')).toMatch(/^200 # HELP ringfence_/);
    writeFileSync(path.join(folder, 'cluster.yaml'), MANIFESTS.replaceAll('web', 'other'));
    await until(() => ask('/status').includes('"realised": "2"'));
    expect(status()).toMatchObject({ pods: [{ name: 'other' }] });
    writeFileSync(path.join(folder, 'cluster.yaml'), 'kind: {');
    await until(() => ask('/readyz').startsWith('503'));
    expect(ask('/readyz')).toContain('the manifests cannot be used');
    expect(status()).toMatchObject({ realised: '2', pods: [{ name: 'other' }] });
    agent.kill('SIGTERM');
    await ended(agent);
    await until(() => said.includes('the manifests cannot be used'));
    for (const line of said.trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
    }
  });

  test('leaves its rules when it is killed, takes them over again, and removes them when told', async () => {
    const first = start();
    await until(() => ask('/readyz') === '200 ok');
    expect(uninstall()).toMatchObject({ code: 3, stdout: '' });
    first.kill('SIGKILL');
    await ended(first);
    const second = start();
    await until(() => ask('/readyz') === '200 ok');
    second.kill('SIGTERM');
    await ended(second);
    expect(second.exitCode).toBe(0);
    expect(uninstall()).toMatchObject({ code: 0, stdout: 'table ringfence is removed\n' });
    expect(uninstall()).toMatchObject({ code: 0, stdout: 'there is no table ringfence\n' });
  });

  test('is there once: a second one is told so', async () => {
    start();
    await until(() => ask('/readyz') === '200 ok');
    const listening = run(LAUNCHER, ['agent', '-f', folder, '--node', 'n1']);
    expect(listening).toMatchObject({ code: 3, stdout: '' });
    expect(listening.stderr).toContain('--listen: ');
    const silent = run(LAUNCHER, ['agent', '-f', folder, '--node', 'n1', '--listen', 'none']);
    expect(silent).toMatchObject({ code: 3, stdout: '' });
    expect(silent.stderr).toContain('error: nothing can be enforced here: ');
  });
});
