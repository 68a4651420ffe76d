import { FLOWS } from './cast.ts';
import { nowMs } from './clock.ts';
import { allowedAll, type Epoch, saysOf } from './history.ts';
import { type Findings, judge } from './judge.ts';
import { randomChanges } from './random-changes.ts';
import { seeded } from './random.ts';
import type { Stage } from './stage.ts';
import type { Traffic } from './traffic.ts';

/** How it went. */
export interface Outcome {
  readonly findings: Findings;
  /** How often a flow that was allowed was denied, and the other way round. */
  readonly flips: { readonly denied: number; readonly allowed: number };
}

/** While a change is in force, everybody speaks so often. */
const TIMES = 8;
/** The last record is waited for so long: TCP may try again this late. */
const WAIT_MS = 30_000;

/** Changes policy at random under flows of every kind, and takes all policies away in the end. */
export async function changeAtRandom(
  { lab, settled }: Stage,
  traffic: Traffic,
  { seed, changes }: { readonly seed: number; readonly changes: number },
): Promise<Outcome> {
  const random = randomChanges(seeded(seed));
  const history: Epoch[] = [];
  const apply = async (text: string, change: () => void): Promise<void> => {
    const toldAt = nowMs();
    change();
    await settled();
    const inForceAt = nowMs();
    const takenInAt = await traffic.mark();
    history.push({ text, toldAt, inForceAt, takenInAt, says: saysOf(lab.cluster, FLOWS) });
    await traffic.spoken(TIMES);
  };
  await apply('nothing', () => undefined);
  for (let count = 0; count < changes; count += 1) {
    const { change, text } = random.next();
    await apply(`${count}: ${text}`, () => lab.apply([change]));
  }
  await apply('delete all policies', () => lab.apply(random.open()));
  const waitFor = FLOWS.map(({ id }) => id);
  const streams = await traffic.finish({ waitFor, waitMs: WAIT_MS });
  return { findings: judge(FLOWS, streams, history), flips: flipsOf(history) };
}

function flipsOf(history: readonly Epoch[]): Outcome['flips'] {
  let denied = 0;
  let allowed = 0;
  history.forEach(({ says }, index) => {
    const before = history[index - 1]?.says ?? says;
    says.forEach((now, flow) => {
      const was = before[flow];
      if (was === undefined || allowedAll([was]) === allowedAll([now])) return;
      if (allowedAll([now])) allowed += 1;
      else denied += 1;
    });
  });
  return { denied, allowed };
}
