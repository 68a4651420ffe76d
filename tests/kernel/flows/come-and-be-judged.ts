import type { EnforcedLab } from '../enforced-lab.ts';
import { type Member, MEMBERS, podOf } from './cast.ts';
import { nowMs } from './clock.ts';
import { type Flow, type FlowEnd, flowsOn, flowText, type Path } from './flow.ts';
import { type Says, saysOf, allowedAll } from './history.ts';
import { type Findings, judge } from './judge.ts';
import { openFlow } from './open-flows.ts';
import type { Places } from './places.ts';
import { upsert } from './random-changes.ts';
import type { Stream } from './wire.ts';
import { startTraffic, type Traffic } from './traffic.ts';

/** How a pod is kept from being programmed when it comes. */
export interface Hold {
  /** Nothing at all gets through meanwhile; else only what is denied does not. */
  readonly closes: boolean;
  /** Before the pod is there. */
  begin(): Promise<void>;
  /** While everybody sends. */
  stay(traffic: Traffic): Promise<void>;
  /** From now on it may be programmed. */
  end(): void;
}

/** Everybody sends so often. */
const EVERY_MS = 1;
/** And so often while the pod is ready. */
const READY_TIMES = 400;
/** TCP tries again after a second. */
const WAIT_MS = 10_000;

/**
 * Makes a pod that talks with everybody from its first moment on, and everybody with it: nothing gets
 * through before it is programmed, and nothing that is denied afterwards.
 */
export async function comeAndBeJudged(
  { lab, settled }: Pick<EnforcedLab, 'lab' | 'settled'>,
  places: Places,
  {
    member,
    labels,
    hold,
  }: {
    readonly member: Member;
    readonly labels: Readonly<Record<string, string>>;
    readonly hold: Hold;
  },
): Promise<Findings & { readonly silent: readonly string[] }> {
  const flows = flowsOn(
    pathsOf(member),
    ({ protocol, speaker, fresh }) =>
      !fresh && (protocol === 'TCP' ? speaker === 'client' : speaker === 'both'),
  );
  const traffic = startTraffic({ everyMs: EVERY_MS });
  try {
    // The thread is there, so that it sends at once.
    await traffic.mark();
    await hold.begin();
    const cameAt = nowMs();
    lab.apply([upsert(podOf(member, labels))]);
    const says = saysOf(lab.cluster, flows);
    const isAllowed = (id: number): boolean => allowedAll([says[id]]);
    const opened = traffic.open(flows.map((flow) => openFlow(flow, places, lab.cluster)));
    opened.catch(() => undefined);
    await hold.stay(traffic);
    const toldAt = nowMs();
    hold.end();
    await settled();
    const inForceAt = nowMs();
    const takenInAt = await traffic.mark();
    await traffic.spoken(READY_TIMES);
    const waitFor = flows.map(({ id }) => id).filter(isAllowed);
    const streams = await traffic.finish({ waitFor, waitMs: WAIT_MS });
    const foundAt = foundIn(streams.filter(isPacketOf(flows)), inForceAt);
    const undecided = says.map((each) => (allowedAll([each]) ? undefined : each));
    // A node may look at its own pods at any time.
    const closed = flows.map(({ path }) => (path.unseen === 'client' ? undefined : CLOSED));
    const before = hold.closes ? closed : undecided;
    const at = { toldAt, inForceAt, takenInAt };
    const findings = judge(flows, streams, [
      { text: 'it came', toldAt: cameAt, inForceAt: cameAt, takenInAt: cameAt, says: before },
      { text: 'it was ready', ...at, says: undecided },
      { text: 'all had found it', toldAt: foundAt, inForceAt: foundAt, takenInAt: foundAt, says },
    ]);
    const silent = streams
      .filter(({ flow, arrived }) => isAllowed(flow) && arrived.every((each) => each === 0))
      // Who looked for a neighbour in vain is told so, and has to try again.
      .filter(({ broke }) => broke !== 'EHOSTUNREACH')
      .flatMap(({ flow, broke }) =>
        flows.filter(({ id }) => id === flow).map((each) => `${flowText(each)} ${broke}`),
      );
    return { ...findings, silent };
  } finally {
    await traffic.stop();
  }
}

const CLOSED: Says = { egress: false, ingress: false };

/** When the last flow had its first packet through: neighbours had to be found. */
function foundIn(streams: readonly Stream[], from: number): number {
  const firsts = streams.map(({ arrived }) => arrived.find((at) => at > from) ?? from);
  return Math.max(from, ...firsts);
}

function isPacketOf(flows: readonly Flow[]): (stream: Stream) => boolean {
  return ({ flow }) => flows[flow]?.protocol === 'UDP';
}

/** From and to everybody. */
export function pathsOf({ namespace, name, node }: Member): readonly Path[] {
  const it: FlowEnd = { kind: 'pod', namespace, name };
  const others: readonly (readonly [string, FlowEnd])[] = [
    ...MEMBERS.map((each) => [each.name, { kind: 'pod', ...pick(each) }] as const),
    ['the outside', { kind: 'outside' }],
    ['node-1', { kind: 'node', name: 'node-1' }],
    ['node-2', { kind: 'node', name: 'node-2' }],
  ];
  return others.flatMap(([who, end]): readonly Path[] => [
    { name: `${who} to it`, from: end, to: it, ...(who === node ? { unseen: 'client' } : {}) },
    { name: `it to ${who}`, from: it, to: end, ...(who === node ? { unseen: 'server' } : {}) },
  ]);
}

function pick({ namespace, name }: Member): { readonly namespace: string; readonly name: string } {
  return { namespace, name };
}
