import { type ManifestRound, watchManifests } from '@ringfence/kube';
import type { Typed } from '../command-line/command.ts';
import { serve } from '../control/serve.ts';
import { badInput, EXIT, Failure } from '../failure.ts';
import { exitCodeOf } from '../input/load-cluster.ts';
import { stateFolderAt } from '../supervise/state-folder.ts';
import type { LabMessage } from '../up/message.ts';
import type { LabOptions } from '../up/options.ts';
import { NAMES_FOLDER } from '../up/remains.ts';
import type { World } from '../world.ts';
import { answeringOf } from './answering.ts';
import { type EnforcedLab, enforcedLab } from './enforced-lab.ts';
import { createEdits } from './edits.ts';
import { createGenerations } from './generations.ts';
import { errorTexts, roundText, warningTexts } from './round-text.ts';
import { summaryOf } from './summary.ts';

/** What the process that starts a lab tells it. */
interface LabProcessOptions extends LabOptions {
  /** Root in a user namespace only: names of namespaces would be seen by nobody. */
  readonly rootless: boolean;
  /** It was up before: it stays up, with nothing, until its manifests are mended. */
  readonly resumes: boolean;
}

/** It is this version's own words that are read here. */
function isLabProcessOptions(value: unknown): value is LabProcessOptions {
  return typeof value === 'object' && value !== null && 'rootless' in value && 'state' in value;
}

/** Holds a lab until it is told to end, or nobody is there any more to tell it. */
export async function runLab(world: World, typed: Typed): Promise<number> {
  const options: unknown = JSON.parse(typed.operands[0] ?? 'null');
  if (!isLabProcessOptions(options)) throw badInput('this is for ringfence up to start');
  const { parent } = world;
  const tell = (message: LabMessage): void => parent?.send(message);
  const interruption = world.interruption();
  const signal = parent === undefined ? interruption : AbortSignal.any([interruption, parent.gone]);
  try {
    await hold(world, { options, tell, signal });
  } catch (error) {
    if (!signal.aborted) tell(refusalOf(error));
    if (!(error instanceof Failure)) throw error;
    return error.exitCode;
  }
  return EXIT.yes;
}

interface Holding {
  readonly options: LabProcessOptions;
  readonly tell: (message: LabMessage) => void;
  readonly signal: AbortSignal;
}

/** So long agents may take to start on a busy machine before it is said that they do not. */
const PATIENCE_MS = 20_000;

async function hold(world: World, { options, tell, signal }: Holding): Promise<void> {
  const started = performance.now();
  const log = (message: string): void => void world.stderr.write(`${message}\n`);
  const { paths, namespace, strict } = options;
  const edits = createEdits();
  const { stdin } = world;
  const { onPending } = edits;
  const rounds = watchManifests(paths, { namespace, strict, stdin, signal, onPending });
  const { lab, agents, stop } = await makeEnforcedLab(world, options, log);
  const withGenerations = createGenerations();
  const latest: { round?: ManifestRound } = {};
  let server: { close(): void } | undefined;
  const report = (round: ManifestRound): void => {
    const message = roundText(round, options);
    log(message);
    tell({ kind: 'round', message });
  };
  const announce = async (warnings: string): Promise<void> => {
    const settled = await agents.settled({ signal, timeoutMs: PATIENCE_MS });
    if (signal.aborted) return;
    const seconds = (performance.now() - started) / 1000;
    tell({ kind: 'up', summary: summaryOf({ lab, settled, seconds }, options), warnings });
  };
  try {
    for await (const round of rounds) {
      latest.round = round;
      if (round.kind === 'inForce') lab.apply(withGenerations(round.changes));
      if (server !== undefined) {
        report(round);
        continue;
      }
      if (round.kind === 'rejected') {
        if (!options.resumes) throw new Rejection(round, options);
        report(round);
        lab.apply([]);
      }
      const answering = answeringOf({
        lab,
        agents,
        options,
        latest: () => latest.round ?? round,
        editsRead: edits.read,
      });
      server = await serve(stateFolderAt(options.state).socket, answering, (error) =>
        log(`answering failed: ${String(error)}`),
      );
      // Edits go on while everything comes to be in force.
      void announce(warningTexts(round, options).join(''));
    }
  } finally {
    server?.close();
    await stop();
  }
}

async function makeEnforcedLab(
  { self }: World,
  options: LabProcessOptions,
  log: (message: string) => void,
): Promise<EnforcedLab> {
  const { pods, prefix, feed, log: logOf } = stateFolderAt(options.state);
  const { topology, encapsulation, nodes, rootless } = options;
  return await enforcedLab({
    lab: {
      topology,
      encapsulation,
      ...(nodes === null ? {} : { nodes }),
      ...(rootless ? {} : { names: { folder: NAMES_FOLDER, prefix } }),
      folder: pods,
      onError: (what, error) => log(`${what}: ${error.message}`),
    },
    self,
    socket: feed,
    ownNodeEgress: 'enforce',
    log: (node) => logOf(`agent-${node}`),
    onTrouble: log,
  });
}

/** What the manifests say cannot be brought up. */
class Rejection extends Failure {
  readonly details: string;

  constructor(round: Extract<ManifestRound, { kind: 'rejected' }>, options: LabOptions) {
    const texts = errorTexts(round, options);
    const count = texts.length === 1 ? 'one error' : `${texts.length} errors`;
    const codes = round.unread.map(exitCodeOf);
    const exitCode = codes.includes(EXIT.worldFailed) ? EXIT.worldFailed : EXIT.badInput;
    super(exitCode, `nothing is brought up: ${count} in the manifests, see above`);
    this.details = texts.map((text) => `${text}\n`).join('');
  }
}

function refusalOf(error: unknown): LabMessage {
  const message = error instanceof Error ? error.message : String(error);
  const exitCode = error instanceof Failure ? error.exitCode : EXIT.worldFailed;
  const details = error instanceof Rejection ? error.details : '';
  return { kind: 'refused', message, details, exitCode };
}
