import { type Agent, type AgentOptions, DEFAULT_AGENT_OPTIONS, startAgent } from '@ringfence/agent';
import { type Change, type KubernetesObject, refKey, refOf, refOfChange } from '@ringfence/core';
import type { ObjectListener, ObjectSource } from '@ringfence/kube';
import { createLab, type Lab, type LabOptions, type NodeNetwork } from '@ringfence/lab';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A lab whose nodes are enforced by agents in this very process. */
export interface EnforcedLab {
  readonly lab: Lab;
  /** By name of the node. */
  readonly agents: ReadonlyMap<string, Agent>;
  readonly networks: ReadonlyMap<string, NodeNetwork>;
  /** What went wrong, in words. */
  readonly problems: readonly string[];
  /**
   * Resolves when every agent has put into force what the lab was last told.
   *
   * @param closed these pods, by namespace and name, are not to be let through.
   */
  settled(closed?: readonly string[]): Promise<void>;
  /** Tells agents of objects that the lab knows nothing of. */
  tellAgents(changes: readonly Change[]): void;
  /** Agents are told nothing more, until what this gives is called. */
  keepSilent(): () => void;
  /** Ends a node's agent; its rules stay. */
  stopAgent(node: string): Promise<void>;
  /** Starts one in its place, with other options where some are given. */
  startAgent(node: string, other?: Partial<AgentOptions>): void;
  close(): Promise<void>;
}

export interface EnforcedLabOptions extends Pick<LabOptions, 'topology' | 'nodes'> {
  readonly ownNodeEgress?: 'enforce' | 'allow';
  /** What else agents are told. */
  readonly agent?: Partial<AgentOptions>;
}

/** Makes a lab, and an agent for each node that it makes. */
export function makeEnforcedLab(options: EnforcedLabOptions): EnforcedLab {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-kernel-'));
  const problems: string[] = [];
  const agents = new Map<string, Agent>();
  const networks = new Map<string, NodeNetwork>();
  const leaving: Promise<void>[] = [];
  const objects = createObjects();
  let wake: () => void = () => undefined;

  const start = (node: string, other: Partial<AgentOptions> = {}): void => {
    const network = networks.get(node);
    if (network === undefined) throw new Error(`no node ${node}`);
    const agent = network.enter(() =>
      startAgent({
        ...DEFAULT_AGENT_OPTIONS,
        node,
        source: objects.source,
        ownNodeEgress: options.ownNodeEgress ?? 'enforce',
        log: (message) => problems.push(`${node}: ${message}`),
        tombstones: path.join(folder, `${node}.tombstones`),
        ...options.agent,
        ...other,
      }),
    );
    agent.onStatus(() => wake());
    agent.failed.then(
      (error) => problems.push(`${node}: cannot go on: ${String(error)}`),
      () => undefined,
    );
    agents.set(node, agent);
  };
  const stop = async (node: string): Promise<void> => {
    const agent = agents.get(node);
    agents.delete(node);
    await agent?.stop();
  };

  const lab = createLab({
    topology: options.topology,
    encapsulation: 'none',
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    folder,
    onError: (what, error) => problems.push(`${what}: ${error.message}`),
    enforcer: {
      change: objects.change,
      nodes(made) {
        for (const node of agents.keys()) leaving.push(stop(node));
        networks.clear();
        for (const [node, network] of made) {
          networks.set(node, network);
          start(node);
        }
        queueMicrotask(() => {
          for (const node of made.keys()) lab.admit(node);
        });
      },
    },
  });

  /** Agents follow changes of the network a moment behind: they are to know the links of now. */
  const isSettled = (closed: readonly string[]): boolean => {
    const behind = new Map<string, string | null>();
    for (const agent of agents.values()) {
      const { realised, pods } = agent.status();
      if (realised !== objects.version()) return false;
      for (const { namespace, name, state, interface: link } of pods) {
        if (state === 'enforced') behind.set(`${namespace}/${name}`, link);
      }
    }
    return [...lab.pods()].every(
      ({ pod: { namespace, name }, nodeInterface }) =>
        nodeInterface === undefined ||
        behind.get(`${namespace}/${name}`) === nodeInterface ||
        closed.includes(`${namespace}/${name}`),
    );
  };

  return {
    lab,
    agents,
    networks,
    problems,
    async settled(closed = []) {
      const limit = AbortSignal.timeout(SETTLE_MS);
      while (!isSettled(closed)) {
        if (limit.aborted)
          throw new Error([lagging(agents, objects.version()), ...problems].join('\n'));
        await new Promise<void>((resolve) => {
          wake = resolve;
          // Interfaces of pods that are gone again are told of by nobody.
          setTimeout(resolve, 20);
        });
      }
    },
    tellAgents: objects.change,
    keepSilent: objects.keepSilent,
    stopAgent: stop,
    startAgent: start,
    async close() {
      await Promise.all([...leaving, ...[...agents.keys()].map(stop)]);
      lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const SETTLE_MS = 30_000;

function lagging(agents: ReadonlyMap<string, Agent>, version: string): string {
  const texts = [...agents].map(([node, agent]) => `${node}: ${JSON.stringify(agent.status())}`);
  return [`version ${version} is not in force`, ...texts].join('\n');
}

/** An API server tells of a deletion; that it is none, agents find out themselves. */
function asTold(change: Change): Change {
  return change.kind === 'entomb' ? { kind: 'delete', ref: refOf(change.policy) } : change;
}

/** What the lab says there is, told on to agents. */
function createObjects(): {
  readonly source: ObjectSource;
  readonly change: (changes: readonly Change[]) => void;
  readonly version: () => string;
  readonly keepSilent: () => () => void;
} {
  const state = new Map<string, KubernetesObject>();
  const listeners = new Set<ObjectListener>();
  let count = 0;
  let untold: (() => void)[] | undefined;
  return {
    keepSilent() {
      if (untold !== undefined) return () => undefined;
      const kept: (() => void)[] = [];
      untold = kept;
      return () => {
        untold = undefined;
        for (const tell of kept) tell();
      };
    },
    version: () => `${count}`,
    change(changes) {
      for (const change of changes) {
        if (change.kind === 'upsert') state.set(refKey(refOfChange(change)), change.object);
        else state.delete(refKey(refOfChange(change)));
      }
      count += 1;
      const version = `${count}`;
      const told = changes.map(asTold);
      const tell = (): void => {
        for (const listener of listeners) listener.change(told, version);
      };
      if (untold === undefined) tell();
      else untold.push(tell);
    },
    source: {
      async follow(listener, signal) {
        const tell = (): void => listener.replace([...state.values()], `${count}`);
        if (untold === undefined) tell();
        else untold.push(tell);
        listeners.add(listener);
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        listeners.delete(listener);
      },
    },
  };
}
