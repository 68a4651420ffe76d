import {
  type Change,
  type Cluster,
  type Connection,
  createCluster,
  evaluate,
  type Verdict,
} from '@ringfence/core';
import type { Expectation } from './scenario.ts';

/**
 * Something that says whether connections work: the evaluator, a trace through the compiled rules,
 * or the kernel itself. Scenarios do not know which one answers.
 */
export interface Engine {
  readonly name: string;
  /** Why it cannot tell what is expected; `undefined` where it can. */
  skips(expectation: Pick<Expectation, 'want'>): string | undefined;
  create(options: EngineOptions): EngineSession;
}

export interface EngineOptions {
  readonly ownNodeEgress: 'enforce' | 'allow';
}

/** One cluster under test. Changes come in order; questions are about the state after them. */
export interface EngineSession {
  apply(changes: readonly Change[]): Promise<void>;
  /**
   * One verdict for each connection, in the same order.
   *
   * @throws {CannotTell} where the engine cannot give one.
   */
  ask(connections: readonly Connection[]): Promise<readonly Verdict[]>;
  close(): Promise<void>;
}

/** Why an engine has no verdict: what is asked about cannot be staged, or tried. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}

/** Answers from the meaning of the policies alone; nothing is enforced. */
export const EVALUATOR: Engine = {
  name: 'evaluator',
  skips: () => undefined,
  create: evaluatorSession,
};

function evaluatorSession(options: EngineOptions): EngineSession {
  const cluster: Cluster = createCluster(options);
  return {
    apply: async (changes) => {
      for (const change of changes) cluster.apply(change);
    },
    ask: async (connections) =>
      connections.map((connection) => evaluate(cluster, connection).verdict),
    close: async () => {},
  };
}
