import type { LabStatus } from '../control/protocol.ts';
import type { ProcessRef } from '../supervise/process-ref.ts';

/** A cluster that is up: what keeps it so, and what is in it. */
export interface ClusterStatus {
  /** Its folder. */
  readonly state: string;
  /** Absent in the moment between the supervisor's end and that of the lab. */
  readonly supervisor: ProcessRef | undefined;
  readonly lab: LabStatus;
}

/** As `docs/cli.md` documents it. */
export function statusJson({ state, supervisor, lab }: ClusterStatus): Record<string, unknown> {
  const { pid, ...rest } = lab;
  const agents = lab.nodes.flatMap(({ name, agent }) =>
    agent.pid === null ? [] : [{ name: `agent/${name}`, pid: agent.pid }],
  );
  const up = supervisor === undefined ? [] : [{ name: 'up', pid: supervisor.pid }];
  return {
    // There is no API server yet that a kubeconfig could lead to.
    kubeconfig: null,
    state,
    processes: [...up, { name: 'lab', pid }, ...agents],
    ...rest,
  };
}
