import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type Churn, createChurn } from './churn.ts';
import type { Order } from './soaked-agent.ts';
import type { Sample } from './sample.ts';

/** An agent in a process of its own, to which the same cluster happens again and again. */
export interface Soaking {
  /** Has one cycle happen; what the agent holds afterwards. */
  cycle(): Promise<Sample>;
  stop(): void;
}

/** Starts an agent and tells it what there is. @param batches of changes in a cycle. */
export async function startSoaking(seed: number, batches: number): Promise<Soaking> {
  const churn: Churn = createChurn(seed, batches);
  const child = fork(path.join(import.meta.dirname, 'soaked-agent.ts'), {
    execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning', '--expose-gc'],
    serialization: 'advanced',
  });
  const ask = async (order: Order): Promise<Sample> => {
    const answered = new AbortController();
    const { signal } = answered;
    child.send(order);
    try {
      return await Promise.race([
        once(child, 'message', { signal }).then(([sample]): Sample => sample),
        once(child, 'exit', { signal }).then(([code]) => {
          throw new Error(`the agent ended with ${String(code)}`);
        }),
      ]);
    } finally {
      answered.abort();
    }
  };
  await ask({ kind: 'replace', objects: churn.objects });
  return {
    cycle: () => ask({ kind: 'cycle', batches: churn.cycle() }),
    stop: () => void child.kill('SIGKILL'),
  };
}
