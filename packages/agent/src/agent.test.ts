import { type Change, decode, type KubernetesObject } from '@ringfence/core';
import type { ObjectListener } from '@ringfence/kube';
import { nftElements, nftTables } from '@ringfence/netlink';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Agent, startAgent } from './agent.ts';
import { cannotTest, openTestKernel, type TestKernel, titled } from './kernel/testing.ts';
import { type AgentOptions, DEFAULT_AGENT_OPTIONS } from './options.ts';

function objectOf(manifest: object): KubernetesObject {
  const decoded = decode(manifest, { namespace: 'default', reading: 'strict' });
  if (decoded.kind !== 'object') throw new Error(JSON.stringify(decoded));
  return decoded.object;
}

const NODE = objectOf({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  spec: { podCIDRs: ['10.1.0.0/24'] },
});
const WEB = objectOf({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'any' }] },
  status: { podIPs: [{ ip: '10.1.0.2' }] },
});
const CLOSED = objectOf({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'closed', namespace: 'shop', generation: 3 },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
});
const REF = { kind: 'NetworkPolicy', namespace: 'shop', name: 'closed' } as const;

function shop(isTerminating: boolean): KubernetesObject {
  const end = isTerminating ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {};
  return objectOf({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', ...end },
    status: { phase: isTerminating ? 'Terminating' : 'Active' },
  });
}

interface Started {
  readonly agent: Agent;
  readonly listener: ObjectListener;
  readonly log: readonly string[];
}

describe.skipIf(cannotTest() !== undefined)(titled('an agent'), () => {
  let kernel: TestKernel;
  let folder = '';
  let agents: Agent[] = [];

  beforeEach(() => {
    kernel = openTestKernel();
    folder = mkdtempSync(path.join(tmpdir(), 'ringfence-agent-'));
  });
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    agents = [];
    kernel.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(options: Partial<AgentOptions> = {}): Started {
    const listeners: ObjectListener[] = [];
    const log: string[] = [];
    const agent = kernel.namespace.enter(() =>
      startAgent({
        ...DEFAULT_AGENT_OPTIONS,
        node: 'n1',
        source: {
          async follow(told, signal) {
            listeners.push(told);
            await new Promise((resolve) => {
              signal.addEventListener('abort', resolve);
            });
          },
        },
        log: (message) => void log.push(message),
        ...options,
      }),
    );
    agents.push(agent);
    const [listener] = listeners;
    if (listener === undefined) throw new Error('it follows its source');
    return { agent, listener, log };
  }

  async function stop(agent: Agent): Promise<void> {
    agents = agents.filter((each) => each !== agent);
    await agent.stop();
  }

  const tables = (): readonly string[] => nftTables(kernel.socket).map(({ name }) => name);
  const subjects = (): number =>
    tables().reduce((sum, table) => {
      const set = { family: 'inet', table, name: 'ingress4_subjects' } as const;
      return sum + nftElements(kernel.socket, set).length;
    }, 0);

  test('is closed before it knows anything, and says so', () => {
    const { agent } = start();
    expect(tables()).toEqual(['ringfence_2']);
    expect(agent.status()).toMatchObject({ phase: 'waiting', realised: null, pods: [] });
    expect(agent.metrics()).toContain('\nringfence_ready 0\n');
  });

  test('has put into force what it was told, when it was told', () => {
    const { agent, listener } = start();
    listener.replace([NODE, shop(false), WEB, CLOSED], 'v1');
    expect(tables()).toEqual(['ringfence']);
    expect(subjects()).toBe(1);
    expect(agent.status()).toMatchObject({
      phase: 'enforcing',
      realised: 'v1',
      pods: [{ name: 'web', state: 'closed', reason: 'its interface is not known yet' }],
      policies: [{ ...REF, generation: 3 }],
    });
    expect(agent.metrics()).toContain('\nringfence_pods 1\n');
    expect(agent.metrics()).toMatch(/\nringfence_rows \d+\n[^]*\nringfence_rows_limit 500000\n/u);
  });

  test('tells whenever it may say something else', () => {
    const { agent, listener } = start();
    const seen: unknown[] = [];
    agent.onStatus(() => void seen.push(agent.status().realised));
    listener.replace([NODE], 'v1');
    listener.trouble('the server is away');
    expect(seen).toEqual(['v1', 'v1']);
    expect(agent.status().problems).toContain('the server is away');
    listener.replace([NODE], 'v2');
    expect(agent.status().problems).not.toContain('the server is away');
  });

  test('leaves its rules when it ends, and goes on with them when it begins again', async () => {
    const first = start();
    first.listener.replace([NODE, shop(false), WEB, CLOSED], 'v1');
    await stop(first.agent);
    expect([tables(), subjects()]).toEqual([['ringfence'], 1]);
    const { agent, listener } = start();
    expect([tables(), subjects()]).toEqual([['ringfence'], 1]);
    expect(agent.status().phase).toBe('waiting');
    listener.replace([NODE, shop(false), WEB], 'v2');
    expect([tables(), subjects()]).toEqual([['ringfence'], 0]);
  });

  test('is not started beside another one, which goes on', () => {
    const { agent, listener } = start();
    expect(() => start()).toThrow('table inet ringfence_2 belongs to an agent that is running');
    listener.replace([NODE, WEB, CLOSED], 'v1');
    expect(agent.status().realised).toBe('v1');
  });

  test('keeps policies of a namespace that is being deleted, over its own end', async () => {
    const tombstones = path.join(folder, 'tombstones');
    const first = start({ tombstones });
    first.listener.replace([NODE, shop(true), WEB, CLOSED], 'v1');
    const gone: Change = { kind: 'delete', ref: REF };
    await new Promise<void>((resolve) => {
      first.agent.onStatus(() => {
        if (first.agent.status().realised === 'v2') resolve();
      });
      first.listener.change([gone], 'v2');
    });
    expect(subjects()).toBe(1);
    await stop(first.agent);
    const { listener } = start({ tombstones });
    listener.replace([NODE, shop(true), WEB], 'v3');
    expect(subjects()).toBe(1);
  });

  test('that cannot start leaves nothing open', async () => {
    start();
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    expect(() => start()).toThrow('belongs to an agent');
    await expect.poll(open, { timeout: 2_000 }).toBe(before);
  });

  test('leaves a table of another version in force until it knows what to put in its place', async () => {
    const old = start({ logGroup: 77 });
    old.listener.replace([NODE, shop(false), WEB, CLOSED], 'v1');
    await stop(old.agent);
    const { listener } = start();
    expect([tables(), subjects()]).toEqual([['ringfence'], 1]);
    listener.replace([NODE, shop(false), WEB, CLOSED], 'v2');
    expect(subjects()).toBe(1);
  });
});
