import { type Agent, type AgentOptions, DEFAULT_AGENT_OPTIONS, startAgent } from '@ringfence/agent';
import type { Change, KubernetesObject } from '@ringfence/core';
import type { ObjectListener } from '@ringfence/kube';
import type { NetworkNamespace } from '@ringfence/netlink';

/** An agent that is told objects by the bench itself. Both return milliseconds. */
export interface ToldAgent {
  readonly agent: Agent;
  /** Tells all that there is, and waits until the kernel has acknowledged what it means. */
  replace(objects: readonly KubernetesObject[]): number;
  /** Tells a change, and waits as long. There must have been no other one for 10 ms. */
  change(changes: readonly Change[]): number;
  /** Tells a change that may be put into force later, with others. */
  tell(changes: readonly Change[]): void;
  stop(): Promise<void>;
}

/** Starts one as node `node` in a namespace. */
export function startToldAgent(
  namespace: NetworkNamespace,
  node: string,
  options: Pick<AgentOptions, 'ownTables'> = {},
): ToldAgent {
  const heard: { listener?: ObjectListener } = {};
  const complaints: string[] = [];
  let version = 0;
  let rounds = 0;
  const agent = namespace.enter(() =>
    startAgent({
      ...DEFAULT_AGENT_OPTIONS,
      ...options,
      node,
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
  agent.onStatus(() => {
    rounds += 1;
  });

  /** Rounds are made before the call returns, unless there was one less than 10 ms ago. */
  const timed = (tell: (listener: ObjectListener, version: string) => void): number => {
    const { listener } = heard;
    if (listener === undefined) throw new Error('the agent does not listen');
    const before = rounds;
    version += 1;
    const started = performance.now();
    tell(listener, `${version}`);
    const ms = performance.now() - started;
    if (rounds !== before + 1) throw new Error('there was no round');
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
    return ms;
  };

  return {
    agent,
    replace: (objects) => timed((listener, told) => listener.replace(objects, told)),
    change: (changes) => timed((listener, told) => listener.change(changes, told)),
    tell(changes) {
      version += 1;
      heard.listener?.change(changes, `${version}`);
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
    stop: agent.stop,
  };
}
