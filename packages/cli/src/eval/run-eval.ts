import { blockYaml, type Cluster } from '@ringfence/core';
import type { Typed } from '../command-line/command.ts';
import { paintFor } from '../command-line/paint.ts';
import { resolveEnd, type ResolvedEnd } from '../ends/resolve-end.ts';
import { badInput, EXIT } from '../failure.ts';
import { type Input, loadCluster } from '../input/load-cluster.ts';
import type { World } from '../world.ts';
import { answersTo, groupAnswers, jointVerdict } from './answer.ts';
import type { JsonFields } from './answer-json.ts';
import type { Telling } from './answer-text.ts';
import { type EvalOptions, evalOptions } from './options.ts';
import { placesIn } from './place.ts';
import { pairsOf, type Pair, type Question, questionsFor, type Target } from './question.ts';
import { ownNodeEgressOf } from '../command-line/read-values.ts';

/** One invocation of `eval`, everything looked up. */
interface Session {
  readonly world: World;
  readonly typed: Typed;
  readonly options: EvalOptions;
  readonly input: Input;
}

/** Answers one `eval --from ... --to ...`. */
export async function runEval(world: World, typed: Typed): Promise<number> {
  const options = evalOptions(typed);
  const ownNodeEgress = ownNodeEgressOf(typed);
  const input = await loadCluster(world, typed, { ownNodeEgress });
  const ends = {
    from: endsFor(input, '--from', options.from),
    to: endsFor(input, '--to', options.to),
  };
  const pairs = pairsOf(input.cluster, ends, options.family);
  const targets = targetsOf(options, ends.to);
  const session = { world, typed, options, input };
  return targets === 'all'
    ? await answerPorts(session, pairs)
    : await answerQuestions(session, questionsOf(input.cluster, pairs, targets));
}

function endsFor(
  { cluster, namespace }: Input,
  side: string,
  text: string,
): readonly ResolvedEnd[] {
  const ends = resolveEnd(cluster, text, { namespace });
  if (ends.kind === 'failed') throw badInput(`${side}: ${ends.error}`);
  return ends.value;
}

/** A Service is asked on its own ports where none is named; everything else on all of them. */
function targetsOf(
  { port, protocol }: EvalOptions,
  to: readonly ResolvedEnd[],
): readonly Target[] | 'all' {
  if (protocol === 'other') return [{ kind: 'other' }];
  if (port !== undefined) return [{ kind: 'port', protocol: protocol ?? 'TCP', port }];
  const service = to[0]?.service;
  if (service === undefined) return 'all';
  const ports = service.ports.filter(
    (each) => protocol === undefined || each.protocol === protocol,
  );
  if (ports.length === 0) {
    throw badInput(
      `--to: Service ${service.namespace}/${service.name} has no ${protocol ?? ''} ports`,
    );
  }
  return ports.map((each) => ({ kind: 'port', protocol: each.protocol, port: each.port }));
}

function questionsOf(
  cluster: Cluster,
  pairs: readonly Pair[],
  targets: readonly Target[],
): readonly Question[] {
  return targets.flatMap((target) => {
    const questions = questionsFor(cluster, pairs, target);
    if (questions.kind === 'failed') throw badInput(`--port: ${questions.error}`);
    return questions.value;
  });
}

async function answerQuestions(session: Session, questions: readonly Question[]): Promise<number> {
  const { cluster, loaded } = session.input;
  const groups = groupAnswers(answersTo(cluster, questions));
  const verdict = jointVerdict(groups.map(({ evaluation }) => evaluation.verdict));
  await write(session, verdict, {
    async text(telling) {
      const { answerText } = await import('./answer-text.ts');
      return groups.map((group) => answerText(group, telling));
    },
    async json() {
      const { answerGroupJson } = await import('./answer-json.ts');
      const places = placesIn(loaded);
      return groups.map((group) => answerGroupJson(group, { cluster, places }));
    },
  });
  return verdict === 'allow' ? EXIT.yes : EXIT.no;
}

async function answerPorts(session: Session, pairs: readonly Pair[]): Promise<number> {
  const { protocol } = session.options;
  const { cluster, loaded } = session.input;
  const { portSetsOf } = await import('./port-set.ts');
  const sets = portSetsOf(cluster, pairs, protocol === 'other' ? undefined : protocol);
  const verdict = jointVerdict(sets.map((set) => set.verdict));
  await write(session, verdict, {
    async text(telling) {
      const { portSetText } = await import('./port-set-text.ts');
      return sets.map((set) => portSetText(set, telling));
    },
    async json() {
      const { portSetJson } = await import('./port-set-json.ts');
      const places = placesIn(loaded);
      return sets.map((set) => portSetJson(set, places));
    },
  });
  return verdict === 'allow' || verdict === 'some' ? EXIT.yes : EXIT.no;
}

/** The answers in each format; what a format needs is loaded when it is asked for. */
interface Answers {
  text(telling: Telling): Promise<readonly string[]>;
  json(): Promise<readonly JsonFields[]>;
}

async function write(
  { world, typed, options, input }: Session,
  verdict: string,
  answers: Answers,
): Promise<void> {
  const { cluster, loaded } = input;
  if (options.format === 'text') {
    const telling = { cluster, places: placesIn(loaded), paint: paintFor(world, typed) };
    const title = `${telling.paint.strong('MIXED')}  the answers differ\n`;
    const texts = await answers.text(telling);
    await world.stdout.write([...(verdict === 'mixed' ? [title] : []), ...texts].join('\n'));
    return;
  }
  const { reportJson } = await import('./report-json.ts');
  const fields = reportJson({ options, verdict, answers: await answers.json(), loaded });
  const json = `${JSON.stringify(fields, undefined, 2)}\n`;
  await world.stdout.write(options.format === 'json' ? json : `${blockYaml(fields)}\n`);
}
