import type { EnforcedLab } from '../enforced-lab.ts';
import { FLOWS } from './cast.ts';
import { nowMs } from './clock.ts';
import { allowedAll, saysOf } from './history.ts';
import { type Findings, judge } from './judge.ts';
import type { Traffic } from './traffic.ts';

/** Everybody speaks so often while no agent runs, and again while they do. */
const TIMES = 10;
const WAIT_MS = 5_000;

/**
 * Ends all agents and starts them again, so often, under flows that go on: policy is the same all the
 * time, and nobody may notice.
 */
export async function stopAndStart(
  { lab, agents, settled, stopAgent, startAgent }: EnforcedLab,
  traffic: Traffic,
  { times }: { readonly times: number },
): Promise<Findings> {
  const says = saysOf(lab.cluster, FLOWS);
  const inForceAt = nowMs();
  const takenInAt = await traffic.mark();
  const nodes = [...agents.keys()];
  for (let count = 0; count < times; count += 1) {
    await Promise.all(nodes.map(stopAgent));
    await traffic.spoken(TIMES);
    for (const node of nodes) startAgent(node);
    await settled();
    await traffic.spoken(TIMES);
  }
  const waitFor = FLOWS.filter(({ id }) => allowedAll(says.slice(id, id + 1))).map(({ id }) => id);
  const streams = await traffic.finish({ waitFor, waitMs: WAIT_MS });
  return judge(FLOWS, streams, [
    { text: 'nothing', toldAt: inForceAt, inForceAt, takenInAt, says },
  ]);
}
