import type { AgentPodStatus, AgentStatus } from '@ringfence/agent';

/** An agent as others see it. */
export interface AgentView {
  readonly node: string;
  /** Undefined while it does not run. */
  readonly pid: number | undefined;
  /** What it said last; undefined while it says nothing. */
  readonly status: AgentStatus | undefined;
  /** Whether what the lab has told last is in force. */
  readonly current: boolean;
  /** Whether it has closed its node, so that the pods there run. */
  readonly installed: boolean;
}

/** A node where what the manifests say now is not in force. */
export interface Lag {
  readonly node: string;
  readonly reason: string;
}

/** A pod that runs, and that nothing gets in or out of. */
export interface Closed {
  readonly namespace: string;
  readonly name: string;
  readonly reason: string;
  /** Its agent does not know all of it yet, and will. */
  readonly passing: boolean;
}

/** What is not in force yet, or not at all; both empty where everything is. */
export interface Settled {
  readonly lagging: readonly Lag[];
  readonly closed: readonly Closed[];
}

export interface PlacedPod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
}

/** Why a node lags behind, if it does. */
export function lagOf({ node, pid, status, current, installed }: AgentView): readonly Lag[] {
  if (current && installed && status?.phase === 'enforcing') return [];
  if (pid === undefined) return [{ node, reason: 'its agent does not run' }];
  if (status === undefined) return [{ node, reason: 'its agent does not answer yet' }];
  const [problem = 'its agent is behind'] = status.problems;
  return [{ node, reason: problem }];
}

/** What is not in force, and what is closed for it, in words. */
export function notInForce({ lagging, closed }: Settled): readonly string[] {
  return [
    ...lagging.map(({ node, reason }) => `not all is in force on ${node}: ${reason}`),
    ...closed.map(({ namespace, name, reason }) => `${namespace}/${name} is closed: ${reason}`),
  ];
}

/** The pods of all that run which are not enforced. */
export function closedPods(
  agents: readonly AgentView[],
  running: Iterable<PlacedPod>,
): readonly Closed[] {
  const states = podStates(agents);
  const closed: Closed[] = [];
  for (const { namespace, name, node } of running) {
    const state = states.get(podKey({ namespace, name, node }));
    if (state?.state === 'enforced') continue;
    const reason = state?.reason ?? `the agent of ${node} does not know it yet`;
    closed.push({ namespace, name, reason, passing: (state?.interface ?? null) === null });
  }
  return closed;
}

/** What agents say of the pods of their own nodes, by `podKey`. */
export function podStates(agents: readonly AgentView[]): ReadonlyMap<string, AgentPodStatus> {
  return new Map(
    agents.flatMap(({ node, status }) =>
      (status?.pods ?? []).map((pod) => [
        podKey({ namespace: pod.namespace, name: pod.name, node }),
        pod,
      ]),
    ),
  );
}

/** No part holds a slash. */
export function podKey({ namespace, name, node }: PlacedPod): string {
  return `${node}/${namespace}/${name}`;
}
