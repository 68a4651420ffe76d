import { type Change, type Cluster, createCluster, evaluate } from '@ringfence/core';
import { CannotTell, type Engine, type EngineOptions, type EngineSession } from './engine.ts';
import { questionsOf } from './questions.ts';
import type { Locate } from './read-objects.ts';
import type { Mismatch, Outcome } from './result.ts';
import type { Expectation } from './scenario.ts';

/** A cluster under test: as its engine holds it, and as it is understood and explained. */
export interface Stage {
  readonly cluster: Cluster;
  readonly session: EngineSession;
  readonly skips: Engine['skips'];
  /** The namespace of ends that name none. */
  readonly namespace: string;
}

/** Makes a stage without objects. */
export function openStage(engine: Engine, namespace: string, options: EngineOptions): Stage {
  const { skips } = engine;
  return { cluster: createCluster(options), session: engine.create(options), skips, namespace };
}

/** Changes the cluster under test, and our understanding of it. */
export async function change(
  { cluster, session }: Stage,
  changes: readonly Change[],
): Promise<void> {
  for (const each of changes) cluster.apply(each);
  await session.apply(changes);
}

/** Asks the engine everything that an expectation stands for. */
export async function checkExpectation(
  { cluster, session, skips, namespace }: Stage,
  expectation: Expectation,
  locate: Locate,
): Promise<Outcome> {
  const reason = skips(expectation);
  if (reason !== undefined) return { kind: 'skipped', reason };
  const asked = questionsOf(cluster, expectation, namespace);
  if (asked.kind === 'failed') return { kind: 'broken', message: asked.error.join('; ') };
  const questions = asked.value;
  const verdicts = await session
    .ask(questions.map(({ connection }) => connection))
    .catch((error: unknown) => {
      if (error instanceof CannotTell) return error;
      throw error;
    });
  if (verdicts instanceof CannotTell) return { kind: 'broken', message: verdicts.message };
  const { want } = expectation;
  const mismatches = questions.flatMap(({ connection, text }, index): readonly Mismatch[] => {
    const got = verdicts[index];
    if (got === undefined) throw new Error('the engine left a question unanswered');
    if (got === want) return [];
    const evaluation = evaluate(cluster, connection);
    return [{ question: text, want, got, evaluation, locate }];
  });
  if (mismatches.length === 0) return { kind: 'passed', questions: questions.length };
  return { kind: 'failed', questions: questions.length, mismatches, details: [] };
}

/** Writes an expectation on one line: `shop/web, shop/api -> shop/db TCP/5432: allow`. */
export function nameOf({ from, to, protocol, port, family, want }: Expectation): string {
  const ports = protocol.map((name) => (name === 'other' ? 'other' : `${name}/${port.join(',')}`));
  const inFamily = family === undefined ? '' : ` ${family}`;
  return `${from.join(', ')} -> ${to.join(', ')} ${ports.join(' ')}${inFamily}: ${want}`;
}
