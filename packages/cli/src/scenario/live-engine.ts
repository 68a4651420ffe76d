import {
  type Cluster,
  commonFamilies,
  type Connection,
  evaluate,
  type Family,
  type Verdict,
} from '@ringfence/core';
import {
  createLab,
  type Flow,
  type Lab,
  type LabOptions,
  type Outcome as LabOutcome,
} from '@ringfence/lab';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { enforcedLab } from '../lab-process/enforced-lab.ts';
import { notInForce } from '../lab-process/settling.ts';
import { inParallel } from '../probe/in-parallel.ts';
import { CannotTell, type Engine, type EngineOptions, type EngineSession } from './engine.ts';
import { madeOf } from './made-of.ts';
import { isToItself, throughService } from './through-service.ts';

const TIMEOUT_MS = 1_000;
const PATIENCE = 4;
/** So long agents may take to start, or to catch up. */
const PATIENCE_MS = 20_000;
/** So many wait for an answer at the same time. */
const PARALLEL = 1_000;

export interface LiveEngineOptions extends Pick<LabOptions, 'topology'> {
  /** How this program is started; absent: nothing enforces policies. */
  readonly self?: readonly [program: string, ...args: string[]];
}

/**
 * Answers by real connections: every scenario has a network of its own. A connection that gets no
 * answer is denied; one that is refused was let through.
 */
export function liveEngine({ topology, self }: LiveEngineOptions): Engine {
  return engineOn(({ ownNodeEgress }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ringfence-live-'));
    const errors: string[] = [];
    const options: LabOptions = {
      topology,
      encapsulation: 'none',
      folder,
      onError: (what, error) => errors.push(`${what}: ${error.message}`),
    };
    const place =
      self === undefined
        ? Promise.resolve(openPlace(options))
        : enforcedPlace({ lab: options, self, folder, ownNodeEgress, errors });
    const clean = (): void => rmSync(folder, { recursive: true, force: true });
    return { place, errors, clean };
  });
}

/** Where scenarios are staged: a place is made for each of them. */
export interface Staging {
  readonly place: Promise<Place>;
  /** What goes wrong, in words. */
  readonly errors: string[];
  /** Is called when the place was left. */
  readonly clean: () => void;
}

/** Answers by real connections in places that somebody makes. */
export function engineOn(stage: (options: EngineOptions) => Staging): Engine {
  return {
    name: 'live',
    skips: ({ want }) => (want === 'unknown' ? 'what is unknown cannot be tried' : undefined),
    create(options) {
      const { place, errors, clean } = stage(options);
      return liveSession(place, errors, clean);
    },
  };
}

/** Where connections are made. */
interface Place {
  readonly lab: Lab;
  /** Waits until policies are in force; gives what is not, in words. */
  settle(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

function openPlace(options: LabOptions): Place {
  const lab = createLab(options);
  return { lab, settle: async () => [], stop: async () => lab.close() };
}

interface EnforcedPlace {
  readonly lab: LabOptions;
  readonly self: readonly [program: string, ...args: string[]];
  readonly folder: string;
  readonly ownNodeEgress: 'enforce' | 'allow';
  /** What goes wrong, in words. */
  readonly errors: string[];
}

async function enforcedPlace({ folder, errors, ...options }: EnforcedPlace): Promise<Place> {
  const { lab, agents, stop } = await enforcedLab({
    ...options,
    socket: path.join(folder, 'feed.sock'),
    log: (node) => path.join(folder, `agent-${node}.log`),
    onTrouble: (message) => errors.push(message),
  });
  const settle = async (): Promise<readonly string[]> =>
    notInForce(
      await agents.settled({ signal: new AbortController().signal, timeoutMs: PATIENCE_MS }),
    );
  return { lab, settle, stop };
}

function liveSession(made: Promise<Place>, errors: string[], clean: () => void): EngineSession {
  return {
    async apply(changes) {
      const { lab } = await made;
      lab.apply(changes);
    },
    async ask(connections) {
      const { lab, settle } = await made;
      errors.push(...(await settle()));
      const verdicts: Verdict[] = [];
      const asked = connections.entries();
      const limits = { limit: PARALLEL, signal: new AbortController().signal };
      const answers = inParallel(asked, limits, async ([index, connection]) => ({
        index,
        verdict: await verdictOn(lab, connection),
      }));
      for await (const { index, verdict } of answers) {
        if (verdict instanceof CannotTell) errors.push(verdict.message);
        else verdicts[index] = verdict;
      }
      const [error] = errors.splice(0);
      if (error !== undefined) throw new CannotTell(error);
      return verdicts;
    },
    async close() {
      const { stop } = await made;
      await stop();
      clean();
    },
  };
}

async function verdictOn(lab: Lab, connection: Connection): Promise<Verdict | CannotTell> {
  const flows = flowsFor(lab.cluster, connection);
  // Where there is nothing to connect, nothing can be tried.
  const { viaService } = connection;
  const isUnknown = (flow: Flow): boolean =>
    evaluate(lab.cluster, { ...flow, viaService }).verdict === 'unknown';
  if (flows.length === 0 || flows.some(isUnknown)) return 'unknown';
  const made = flows.map((flow) => ({
    flow: viaService ? throughService(lab.cluster, flow) : flow,
    isAllowed: evaluate(lab.cluster, { ...flow, viaService }).verdict === 'allow',
  }));
  if (viaService && made.some(({ flow }) => isToItself(flow))) {
    return new CannotTell('no Service with an address of its own leads to this pod alone');
  }
  const outcomes = await Promise.all(
    made.map(({ flow, isAllowed }) => attempted(lab, flow, isAllowed)),
  );
  const broken = outcomes.find((outcome) => outcome.kind === 'broken');
  if (broken !== undefined) return new CannotTell(broken.code);
  return outcomes.some(({ kind }) => kind === 'silent') ? 'deny' : 'allow';
}

/** What should be answered is waited for once more: this machine may only be slow. */
async function attempted(lab: Lab, flow: Flow, isAllowed: boolean): Promise<LabOutcome> {
  const outcome = await lab.attempt(flow, { timeoutMs: TIMEOUT_MS });
  if (outcome.kind !== 'silent' || !isAllowed) return outcome;
  return await lab.attempt(flow, { timeoutMs: PATIENCE * TIMEOUT_MS });
}

/** Ends that stand for pods to come are those pods; an open family is every one that both have. */
function flowsFor(cluster: Cluster, connection: Connection): readonly Flow[] {
  const { protocol, port, family } = connection;
  return madeOf(cluster, connection.from).flatMap((from) =>
    madeOf(cluster, connection.to).flatMap((to) => {
      const families: readonly Family[] =
        family === 'any' ? (commonFamilies(cluster, { from, to }) ?? []) : [family];
      return families.map((each) => ({ from, to, protocol, port, family: each }));
    }),
  );
}
