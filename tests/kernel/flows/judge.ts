import { type Flow, flowText } from './flow.ts';
import { allowedAll, deniedAll, type Epoch, type Says } from './history.ts';
import type { Stream } from './wire.ts';

/** What became of some flows, held against what policy said of them. */
export interface Findings {
  readonly sent: number;
  /** Records that policy allowed all the time, and those of them that never arrived. */
  readonly allowed: number;
  readonly lost: number;
  /** Records that policy denied all the time, and those of them that arrived. */
  readonly denied: number;
  readonly leaked: number;
  /**
   * First packets that went the wrong way while a change was being made: those that were between two
   * rules at that very moment. Neither lost nor leaked; never more than `mostCaught`.
   */
  readonly caught: number;
  /** The longest that a record of an allowed flow took, but for those that waited to be allowed. */
  readonly slowestMs: number;
  /** How long TCP took to go on once it was allowed again, by how long it had been denied. */
  readonly resumed: readonly { readonly deniedMs: number; readonly afterMs: number }[];
  /** How often something went wrong, in words. */
  readonly faults: ReadonlyMap<string, number>;
  /** Of what was delivered, when. */
  readonly deliveries: readonly string[];
}

/** A packet that was handed to the kernel may be on its way for so long on a busy machine. */
const ON_ITS_WAY_MS = 10;
/**
 * A record that is lost is sent again when others follow: so many of them, and it has stalled. Unlike
 * a time, that does not depend on how busy the machine is.
 */
const STALL_RECORDS = 20;

/** Judges what was sent and what arrived. */
export function judge(
  flows: readonly Flow[],
  streams: readonly Stream[],
  history: readonly Epoch[],
): Findings {
  const tally: Tally = {
    sent: 0,
    allowed: 0,
    lost: 0,
    denied: 0,
    leaked: 0,
    caught: 0,
    slowestMs: 0,
    resumed: [],
    faults: new Map(),
    deliveries: [],
  };
  for (const stream of streams) {
    const flow = flows.find(({ id }) => id === stream.flow);
    if (flow === undefined) throw new Error(`there is no flow ${stream.flow}`);
    const course: Course = {
      flow,
      stream,
      epochs: history.map((epoch) => ({ ...epoch, says: epoch.says[flow.id] })),
    };
    tally.sent += stream.began.length;
    if (flow.protocol === 'UDP' || flow.fresh) judgePackets(course, tally);
    else judgeRecords(course, tally);
  }
  return tally;
}

type Tally = { -readonly [Key in keyof Findings]: Findings[Key] } & {
  resumed: Findings['resumed'][number][];
  faults: Map<string, number>;
  deliveries: string[];
};

/** What one side of a flow sent, and what policy said of the flow meanwhile. */
interface Course {
  readonly flow: Flow;
  readonly stream: Stream;
  readonly epochs: readonly (Omit<Epoch, 'says'> & { readonly says: Says | undefined })[];
}

/** Each packet may have met the epochs from when it was sent until it cannot be on its way any more. */
function judgePackets(course: Course, tally: Tally): void {
  const { stream, epochs } = course;
  const known = epochs[0]?.inForceAt ?? Infinity;
  let first = 0;
  stream.began.forEach((began, number) => {
    if (began < known) return;
    while ((epochs[first + 1]?.inForceAt ?? Infinity) <= began) first += 1;
    const gone = (stream.done[number] ?? began) + ON_ITS_WAY_MS;
    const met = epochs.slice(first).filter((epoch, index) => index === 0 || epoch.toldAt <= gone);
    const says = met.map((epoch) => epoch.says);
    const arrivedAt = stream.arrived[number] ?? 0;
    if (allowedAll(says)) {
      tally.allowed += 1;
      if (arrivedAt > 0) tally.slowestMs = Math.max(tally.slowestMs, arrivedAt - began);
      else if (isCaught(course, number)) tally.caught += 1;
      else {
        tally.lost += 1;
        fault(tally, course, 'lost', met[0]);
      }
    }
    if (isSeen(course) && deniedAll(says)) {
      tally.denied += 1;
      if (arrivedAt > 0 && isCaught(course, number)) tally.caught += 1;
      else if (arrivedAt > 0) {
        tally.leaked += 1;
        fault(tally, course, 'delivered', met[0]);
        delivered(tally, course, number);
      }
    }
  });
}

/** Clocks of two threads, and the way through the sockets. */
const ABOUT_MS = 1;

/** Whether a packet is the first of its flow, and was on its way while a change was being made. */
function isCaught({ flow, stream, epochs }: Course, number: number): boolean {
  const began = stream.began[number] ?? 0;
  const done = stream.done[number] ?? began;
  return (
    flow.fresh &&
    epochs.some(
      ({ toldAt, inForceAt }) => toldAt - ABOUT_MS <= done && began <= inForceAt + ABOUT_MS,
    )
  );
}

/** One packet in so many may be between two rules when they change, at ten thousand packets a second. */
const ONE_CAUGHT_IN = 8_000;

/** So many packets may have been caught by changes: more are lost by something else. */
export function mostCaught({ allowed, denied }: Findings): number {
  return 2 + Math.ceil((allowed + denied) / ONE_CAUGHT_IN);
}

/** Whether rules see what this side sends. */
function isSeen({ flow, stream }: Course): boolean {
  return flow.path.unseen !== stream.speaker;
}

/** A stream waits while it is denied: nothing of it may arrive then, all of it afterwards. */
function judgeRecords(course: Course, tally: Tally): void {
  const { stream, epochs } = course;
  const known = epochs[0]?.takenInAt ?? Infinity;
  const isAllowedAtLast = allowedAll(epochs.slice(-1).map(({ says }) => says));
  let at = 0;
  for (const [number, arrived] of stream.arrived.entries()) {
    if (arrived === 0) {
      if (!isAllowedAtLast) continue;
      tally.lost += 1;
      fault(tally, course, 'lost', undefined);
      continue;
    }
    if (arrived < known) continue;
    // When it was sent last is not known: it may have been on its way when all had been taken in.
    const left = arrived - ON_ITS_WAY_MS;
    while ((epochs[at + 1]?.takenInAt ?? Infinity) <= left) at += 1;
    const met = epochs.slice(at).filter((epoch, index) => index === 0 || epoch.toldAt <= arrived);
    if (isSeen(course) && deniedAll(met.map(({ says }) => says))) {
      tally.leaked += 1;
      fault(tally, course, 'delivered', met[0]);
      delivered(tally, course, number);
    }
  }
  for (const span of allowedSpans(epochs)) judgeSpan(course, span, tally);
  tally.denied += [...stream.began].filter((began) => !isAllowedAt(epochs, began)).length;
}

/** A time in which a flow was allowed without a break. */
interface Span {
  readonly from: number;
  readonly to: number;
  /** How long it had been denied before. */
  readonly deniedMs: number;
}

function allowedSpans(epochs: Course['epochs']): readonly Span[] {
  const spans: Span[] = [];
  let from: number | undefined;
  let deniedSince: number | undefined;
  for (const { says, toldAt, inForceAt } of epochs) {
    const isAllowed = allowedAll([says]);
    if (isAllowed) from ??= inForceAt;
    else if (from !== undefined) {
      spans.push({ from, to: toldAt, deniedMs: from - (deniedSince ?? from) });
      from = undefined;
      // From then on it may be in force, also where other changes follow before that is certain.
      deniedSince = toldAt;
    } else deniedSince ??= toldAt;
  }
  if (from !== undefined)
    spans.push({ from, to: Infinity, deniedMs: from - (deniedSince ?? from) });
  return spans;
}

/** From its first record on a stream goes on without a stall, as long as it is allowed. */
function judgeSpan(course: Course, { from, to, deniedMs }: Span, tally: Tally): void {
  const { began, arrived } = course.stream;
  const resumedAt = deniedMs === 0 ? from : arrived.find((each) => each >= from);
  if (resumedAt === undefined || resumedAt > to) return;
  if (deniedMs > 0) tally.resumed.push({ deniedMs, afterMs: resumedAt - from });
  began.forEach((sentAt, number) => {
    const patience = began[number + STALL_RECORDS];
    if (sentAt < resumedAt || patience === undefined || patience > to) return;
    const arrivedAt = arrived[number] ?? 0;
    tally.allowed += 1;
    tally.slowestMs = Math.max(tally.slowestMs, arrivedAt - sentAt);
    if (arrivedAt <= patience) return;
    tally.lost += 1;
    fault(tally, course, 'stalled', undefined);
  });
}

function isAllowedAt(epochs: Course['epochs'], at: number): boolean {
  const epoch = epochs.findLast(({ inForceAt }) => inForceAt <= at);
  return epoch === undefined || allowedAll([epoch.says]);
}

/** Notes when something was sent and arrived, beside what was in force. */
function delivered({ deliveries }: Tally, { flow, stream, epochs }: Course, number: number): void {
  const [began = 0, arrived = 0] = [stream.began[number], stream.arrived[number]];
  const place = epochs.findLastIndex(({ inForceAt }) => inForceAt <= arrived);
  const [of, next] = [epochs[place], epochs[place + 1]];
  const since = (from: number | undefined): string => (arrived - (from ?? Infinity)).toFixed(1);
  deliveries.push(
    `${flowText(flow)}: ${number} of ${stream.began.length} was sent ${since(began)} ms before, ` +
      `${of?.text} was told ${since(of?.toldAt)}, in force ${since(of?.inForceAt)}, taken in ` +
      `${since(of?.takenInAt)}, the next one told ${since(next?.toldAt)}`,
  );
}

function fault(
  { faults }: Tally,
  { flow }: Course,
  text: string,
  epoch: Course['epochs'][number] | undefined,
): void {
  const whole = `${flowText(flow)}: ${text}${epoch === undefined ? '' : ` after ${epoch.text}`}`;
  faults.set(whole, (faults.get(whole) ?? 0) + 1);
}
