import type { NodeNetwork } from '@ringfence/lab';
import type { AgentStatus } from '@ringfence/agent';
import { type FedAgentOptions, isFedAgentMessage } from '../agent/fed-agent.ts';
import { supervise } from '../supervise/supervise.ts';

/** The agent of one node, a process of its own that is kept running. */
export interface NodeAgent {
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** Whether it has let nothing unknown through since it was first started. */
  installed(): boolean;
  /** What it said last; undefined while it says nothing. */
  status(): AgentStatus | undefined;
  /** Takes what a process says of itself; undefined: that it has gone. */
  hear(pid: number, status: AgentStatus | undefined): void;
  stop(): Promise<void>;
}

export interface NodeAgentOptions extends Omit<FedAgentOptions, 'feed'> {
  readonly network: NodeNetwork;
  /** How this program is started. */
  readonly self: readonly [program: string, ...args: string[]];
  /** The socket of its objects. */
  readonly feed: string;
  /** The file of what it has to say. */
  readonly log: string;
  /** Is called when it lets nothing unknown through any more, the first time. */
  readonly onInstalled: () => void;
  readonly onEnd: (how: string, retryMs: number | undefined) => void;
}

/** It has nothing to finish: rules stay in the kernel. */
const STOP_MS = 2_000;

/** Starts an agent in its node's network. */
export function startNodeAgent(options: NodeAgentOptions): NodeAgent {
  const { node, network, self, feed, ownNodeEgress, log, onInstalled, onEnd } = options;
  const told: FedAgentOptions = { node, feed, ownNodeEgress };
  const [program, ...args] = self;
  let installed = false;
  let said: { readonly pid: number; readonly status: AgentStatus } | undefined;
  const supervised = supervise(
    {
      command: () => [program, ...args, '__agent', JSON.stringify(told)],
      log,
      within: (start) => network.enter(start),
      stopMs: STOP_MS,
    },
    {
      prepare() {},
      restarts: () => true,
      onMessage(message) {
        if (installed || !isFedAgentMessage(message)) return;
        installed = true;
        onInstalled();
      },
      onEnd,
    },
  );
  const { pid, stop } = supervised;
  return {
    pid,
    stop,
    installed: () => installed,
    // Reports of one that has gone may still be on their way.
    status: () => (said?.pid === pid() ? said?.status : undefined),
    hear(from, status) {
      if (status !== undefined) said = { pid: from, status };
      else if (said?.pid === from) said = undefined;
    },
  };
}
