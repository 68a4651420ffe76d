import type { Lab } from '@ringfence/lab';
import type { Answer } from '../control/protocol.ts';
import { inParallel } from './in-parallel.ts';
import { judge } from './judge.ts';
import type { Planned } from './planned.ts';

/** So many wait for an answer at the same time. */
const PARALLEL = 1_000;

/** Makes connections, many at a time, and gives what became of each as soon as it is known. */
export function tryAll(
  { cluster, attempt }: Pick<Lab, 'attempt' | 'cluster'>,
  planned: readonly Planned[],
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): AsyncGenerator<Extract<Answer, { kind: 'tried' }>> {
  const names = [...cluster.pods()].map(({ object }) => object.name);
  const bystanders = { cluster, answers: new Set(['outside', ...names]) };
  return inParallel(planned.entries(), { limit: PARALLEL, signal }, async ([index, plan]) => {
    const outcome = await attempt({ ...plan.dialled, from: plan.from.endpoint }, { timeoutMs });
    return { kind: 'tried', index, connection: judge(bystanders, plan, outcome) } as const;
  });
}
