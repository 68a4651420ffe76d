import type { KubernetesObject } from '@ringfence/core';
import { expect } from 'vitest';
import { type Member, PROBED } from '../flows/cast.ts';
import { nowMs } from '../flows/clock.ts';
import { countsText } from '../flows/findings-text.ts';
import { type Flow, type FlowEnd, isOpen } from '../flows/flow.ts';
import { allowedAll, type Epoch, type Says, saysOf } from '../flows/history.ts';
import { type Findings, judge, mostCaught } from '../flows/judge.ts';
import { probeOf } from '../flows/open-flows.ts';
import { upsert } from '../flows/random-changes.ts';
import { setUp, type Stage, type StageOptions } from '../flows/stage.ts';
import type { Pace, Traffic } from '../flows/traffic.ts';
import { GUARDS } from './guard.ts';

/** Something goes wrong while everybody speaks. */
export interface Fault extends StageOptions {
  readonly title: string;
  readonly topology: 'routed' | 'bridge';
  /** Absent: half of the flows are allowed. */
  readonly policies?: readonly KubernetesObject[];
  readonly pace?: Pace;
  /** At least so many first packets are sent. */
  readonly packets: number;
  /** One round of it: they go on until enough was sent. */
  readonly round: (trial: Trial, count: number) => Promise<void>;
  /** There are at least so many; absent: 1. */
  readonly rounds?: number;
  /** What agents may complain of; absent: of nothing. */
  readonly complaints?: RegExp;
  /** Before the first one. */
  readonly begin?: (trial: Trial) => Promise<void>;
  /** After the last one. */
  readonly end?: (trial: Trial) => Promise<void>;
}

/** A stage under traffic, and what was told when. */
export interface Trial extends Stage {
  readonly traffic: Traffic;
  /** Tells of a change: from now on it may be in force. */
  tell(text: string, make: () => void): void;
  /**
   * Waits until all that was told is in force.
   *
   * @param closed these pods, by namespace and name, are not to be let through.
   */
  inForce(closed?: readonly string[]): Promise<void>;
  /** Makes something that is in force when it returns. */
  now(text: string, make: () => void): Promise<void>;
  /** Tells of a change, waits until it is in force, and lets everybody speak a while. */
  change(text: string, make: () => void): Promise<void>;
  /** What is expected of flows from the next change on; absent: that all are as policy says. */
  expect(of?: (flow: Flow) => Expectation): void;
  /**
   * Has a pod come, in place of whoever had its name or address, under first packets of its flows
   * from its first moment on: what it may not send or get itself is denied at once.
   */
  come(text: string, pod: Guest, make: () => void): Promise<void>;
}

/** A pod that comes and goes. */
type Guest = Pick<Member, 'namespace' | 'name'>;

/**
 * `denials`: what was denied stays so, what was allowed may be lost; `closed`: nothing passes that
 * rules see.
 */
type Expectation = 'all' | 'denials' | 'closed' | 'nothing';

const DEFAULT_PACE: Pace = { everyMs: 4, talkEvery: 4 };
/** While a change is in force, everybody speaks so often. */
const TIMES = 6;
/** What was sent last is waited for so long. */
const WAIT_MS = 15_000;

/** What became of the packets. */
export interface Outcome extends Findings {
  /** What the lab and its agents complained of. */
  readonly complaints: readonly string[];
}

/** Tries a fault, and tells what became of the packets. */
export async function findingsOf(fault: Fault): Promise<Outcome> {
  const { topology, policies = GUARDS, flows = PROBED, pace = DEFAULT_PACE } = fault;
  const stage = await setUp(topology, [], { ...fault, flows });
  try {
    const traffic = await stage.converse(pace);
    try {
      return await findingsOn(stage, traffic, { ...fault, policies, flows });
    } finally {
      await traffic.stop();
    }
  } finally {
    await stage.close();
  }
}

async function findingsOn(
  stage: Stage,
  traffic: Traffic,
  { policies, flows, ...fault }: Fault & Required<Pick<Fault, 'policies' | 'flows'>>,
): Promise<Outcome> {
  const { trial, history } = trialOn(stage, traffic, flows);
  // All have met before anything is denied.
  await trial.change('guards', () => stage.lab.apply(policies.map(upsert)));
  await fault.begin?.(trial);
  const least = fault.rounds ?? 1;
  for (let count = 0; count < least || traffic.sent() < fault.packets; count += 1) {
    await fault.round(trial, count);
  }
  await fault.end?.(trial);
  const last = history.at(-1)?.says ?? [];
  const waitFor = flows.map(({ id }) => id).filter((id) => allowedAll([last[id]]));
  const streams = await traffic.finish({ waitFor, waitMs: WAIT_MS });
  return { ...judge(flows, streams, history), complaints: complaintsOf(stage, fault) };
}

function complaintsOf(stage: Stage, { complaints }: Pick<Fault, 'complaints'>): readonly string[] {
  return stage.complaints().filter((each) => complaints?.test(each) !== true);
}

/** Tries a fault, and expects that nothing denied arrives, and nothing allowed gets lost. */
export async function withstand(fault: Fault): Promise<void> {
  const findings = await findingsOf(fault);
  const { sent, allowed, denied, lost, leaked, faults, complaints } = findings;
  process.stdout.write(`${fault.title}, ${fault.topology}: ${countsText(findings)}\n`);
  for (const text of findings.deliveries) process.stdout.write(`  delivered: ${text}\n`);
  expect(complaints).toEqual([]);
  expect([...faults]).toEqual([]);
  expect({ lost, leaked }).toEqual({ lost: 0, leaked: 0 });
  expect(findings.caught).toBeLessThanOrEqual(mostCaught(findings));
  // Else nothing was tested.
  expect(sent).toBeGreaterThanOrEqual(fault.packets);
  expect(allowed).toBeGreaterThan(sent / 10);
  expect(denied).toBeGreaterThan(sent / 10);
}

const CLOSED: Says = { egress: false, ingress: false };

function trialOn(
  stage: Stage,
  traffic: Traffic,
  flows: readonly Flow[],
): { readonly trial: Trial; readonly history: readonly Epoch[] } {
  const history: { -readonly [Key in keyof Epoch]: Epoch[Key] }[] = [];
  let expected: (flow: Flow) => Expectation = () => 'all';
  const withoutOpen = (says: Epoch['says'], pod: Guest): Epoch['says'] =>
    flows.map((flow) => (mayOpen(flow, pod, says[flow.id]) ? undefined : says[flow.id]));
  const note = (text: string, toldAt: number): void => {
    const before = history.at(-1)?.says ?? [];
    const says = flows.map((flow) => {
      const { cluster } = stage.lab;
      const expectation = expected(flow);
      if (flow.path.as !== undefined && expectation !== 'nothing') return CLOSED;
      switch (expectation) {
        case 'all':
          return isOpen(flow, cluster) ? saysOf(cluster, [flow])[0] : undefined;
        case 'denials':
          return allowedAll([before[flow.id]]) ? undefined : before[flow.id];
        case 'closed':
          // A node looks at its own pods at any time.
          return flow.path.unseen === 'client' ? undefined : CLOSED;
        case 'nothing':
          return undefined;
        default:
          throw new Error('unknown expectation');
      }
    });
    history.push({ text, toldAt, inForceAt: Infinity, takenInAt: Infinity, says });
  };
  const tell = (text: string, make: () => void): void => {
    const toldAt = nowMs();
    make();
    note(text, toldAt);
  };
  const inForce = async (closed: readonly string[] = []): Promise<void> => {
    const due = history.filter(({ inForceAt }) => inForceAt === Infinity);
    await stage.settled(closed);
    await stamp(due);
  };
  const stamp = async (due: readonly Epoch[]): Promise<void> => {
    const inForceAt = nowMs();
    const takenInAt = await traffic.mark();
    for (const epoch of due) Object.assign(epoch, { inForceAt, takenInAt });
  };
  const trial: Trial = {
    ...stage,
    traffic,
    tell,
    inForce,
    async now(text, make) {
      tell(text, make);
      await stamp(history.slice(-1));
    },
    async change(text, make) {
      tell(text, make);
      await inForce();
      await traffic.spoken(TIMES);
    },
    expect(of = () => 'all') {
      expected = of;
    },
    async come(text, pod, make) {
      const { places, lab } = stage;
      const its = flows.filter(({ path }) => isAt(pod, path.from) || isAt(pod, path.to));
      await traffic.rest(its.map(({ id }) => id));
      const at = nowMs();
      make();
      note(text, at);
      const opening = history.at(-1);
      const says = withoutOpen(opening?.says ?? [], pod);
      Object.assign(opening ?? {}, { says, inForceAt: at, takenInAt: at });
      const probes = its.filter((flow) => isOpen(flow, lab.cluster));
      const probing = traffic.probe(probes.map((flow) => probeOf(flow, places, lab.cluster)));
      note(text, at);
      const told = history.at(-1);
      const sure = told?.says ?? [];
      // Who is allowed has to find the pod first: a neighbour that is looked for in vain is lost.
      Object.assign(told ?? {}, { says: withoutOpen(sure, pod) });
      await Promise.all([inForce(), probing]);
      await traffic.find(probes.map(({ id }) => id).filter((id) => allowedAll([sure[id]])));
      note(text, nowMs());
      await inForce();
      await traffic.spoken(TIMES);
    },
  };
  return { trial, history };
}

function isAt({ namespace, name }: Guest, end: FlowEnd): boolean {
  return end.kind === 'pod' && end.namespace === namespace && end.name === name;
}

/** Whether a flow of a pod that has just come may be let through: not what the pod itself is denied. */
function mayOpen({ path }: Flow, pod: Guest, says: Says | undefined): boolean {
  if (isAt(pod, path.from)) return says === undefined || says.egress;
  return isAt(pod, path.to) && (says === undefined || says.ingress);
}
