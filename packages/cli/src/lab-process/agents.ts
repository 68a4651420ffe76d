import type { Change, KubernetesObject } from '@ringfence/core';
import { serveFeed } from '@ringfence/kube';
import type { Enforcer, NodeNetwork } from '@ringfence/lab';
import type { AgentStatus } from '@ringfence/agent';
import { createNews, type Limits } from './news.ts';
import { type NodeAgent, startNodeAgent } from './node-agent.ts';
import {
  type AgentView,
  type Closed,
  closedPods,
  type Lag,
  lagOf,
  type PlacedPod,
  type Settled,
} from './settling.ts';

/** The agents of a lab, one on each node. */
export interface Agents {
  /** Tells them what there is, and starts them anew with the nodes. */
  readonly enforcer: Enforcer;
  /** By the names of nodes. */
  all(): readonly AgentView[];
  /** Where they are. */
  networks(): ReadonlyMap<string, NodeNetwork>;
  /**
   * Waits until all have in force what the lab has told, and every pod that runs is enforced; not
   * for ever.
   */
  settled(limits: Limits): Promise<Settled>;
  stop(): Promise<void>;
}

export interface AgentsOptions {
  /** How this program is started. */
  readonly self: readonly [program: string, ...args: string[]];
  /** Where they are told the objects. */
  readonly socket: string;
  /** What becomes of pods' traffic to their own node. */
  readonly ownNodeEgress: 'enforce' | 'allow';
  /** The file of what the agent of a node has to say. */
  readonly log: (node: string) => string;
  /** The pods that run, with their nodes; none that is on its node's network. */
  readonly running: () => Iterable<PlacedPod>;
  /** Is called when a node lets nothing unknown through any more. */
  readonly onInstalled: (node: string) => void;
  /** Is told what goes wrong, in words. */
  readonly onTrouble: (message: string) => void;
}

/** Makes agents for nodes to come. */
export async function createAgents(options: AgentsOptions): Promise<Agents> {
  const { onTrouble } = options;
  const agents = new Map<string, NodeAgent>();
  const leaving = new Set<Promise<void>>();
  const news = createNews();
  let version = 0;
  let networks: ReadonlyMap<string, NodeNetwork> = new Map();

  const feed = await serveFeed(options.socket, {
    onReport({ node, pid }, report) {
      if (!isAgentStatus(report)) return;
      agents.get(node)?.hear(pid, report);
      news.tell();
    },
    onLeave({ node, pid }) {
      agents.get(node)?.hear(pid, undefined);
      news.tell();
    },
    onError: ({ message }) => onTrouble(message),
  });

  const dismissAll = (): void => {
    for (const agent of agents.values()) {
      const gone = agent.stop().finally(() => leaving.delete(gone));
      leaving.add(gone);
    }
    agents.clear();
  };

  const views = (): readonly AgentView[] =>
    [...agents].map(([node, agent]) => {
      const status = agent.status();
      const current = status?.realised === `${version}`;
      return { node, pid: agent.pid(), status, current, installed: agent.installed() };
    });
  const lagging = (): readonly Lag[] => views().flatMap(lagOf);
  const closed = (): readonly Closed[] => closedPods(views(), options.running());

  return {
    enforcer: {
      change(changes) {
        // The version is what everybody waits for: without changes there is nothing to wait for.
        if (changes.length === 0) return;
        version += 1;
        if (version === 1) feed.replace(objectsOf(changes), `${version}`);
        else feed.change(changes, `${version}`);
      },
      nodes(made) {
        dismissAll();
        networks = made;
        for (const [node, network] of made) {
          const admit = (): void => {
            options.onInstalled(node);
            news.tell();
          };
          agents.set(node, start({ ...options, onInstalled: admit }, node, network));
        }
      },
    },
    all: views,
    networks: () => networks,
    async settled(limits) {
      // A pod that cannot be enforced stays closed: that is no reason to wait.
      const holds = (): boolean => lagging().length === 0 && !closed().some((pod) => pod.passing);
      await news.until(holds, limits);
      return { lagging: lagging(), closed: closed() };
    },
    async stop() {
      dismissAll();
      await Promise.all(leaving);
      feed.close();
    },
  };
}

function start(
  { self, socket, ownNodeEgress, log, onInstalled, onTrouble }: AgentsOptions,
  node: string,
  network: NodeNetwork,
): NodeAgent {
  const file = log(node);
  return startNodeAgent({
    node,
    network,
    self,
    feed: socket,
    ownNodeEgress,
    log: file,
    onInstalled: () => onInstalled(node),
    onEnd: (how, retryMs) =>
      onTrouble(
        `the agent of ${node} has ended (${how}); its rules stay, and it is started again in ${retryMs ?? 0} ms: see ${file}`,
      ),
  });
}

/** The first batch of a lab is all that there is. */
function objectsOf(changes: readonly Change[]): readonly KubernetesObject[] {
  return changes.flatMap((change) => (change.kind === 'upsert' ? [change.object] : []));
}

/** It is of this version: whatever reports has the fields. */
function isAgentStatus(report: unknown): report is AgentStatus {
  return typeof report === 'object' && report !== null && 'phase' in report && 'realised' in report;
}
