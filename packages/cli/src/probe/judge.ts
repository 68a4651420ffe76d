import { type Cluster, evaluate } from '@ringfence/core';
import type { Outcome } from '@ringfence/lab';
import type { TriedConnection } from '../control/protocol.ts';
import type { Planned } from './planned.ts';

/** Everybody who might answer. */
export interface Bystanders {
  readonly cluster: Cluster;
  /** What they say. */
  readonly answers: ReadonlySet<string>;
}

/** Compares what became of a connection with what policy says of it. */
export function judge(
  { cluster, answers }: Bystanders,
  planned: Planned,
  outcome: Outcome,
): TriedConnection {
  const { from, to, dialled } = planned;
  const { protocol, port, family } = dialled;
  const stranger = strangerIn(answers, planned, outcome);
  const base = { from: from.label, to: to.label, protocol, port, family };
  return {
    ...base,
    groups: { from: from.group, to: to.group },
    measured: stranger === '' ? measured(outcome) : 'error',
    predicted: predicted(cluster, planned, outcome),
    outcome: stranger === '' ? outcome.kind : 'broken',
    message: outcome.kind === 'broken' ? outcome.code : stranger,
    micros: outcome.kind === 'answered' ? outcome.micros : 0,
  };
}

/** A refusal came back from where the packet was let through to. */
function measured({ kind }: Outcome): TriedConnection['measured'] {
  if (kind === 'broken') return 'error';
  return kind === 'silent' ? 'deny' : 'allow';
}

/**
 * Of a Service's backends that policy tells apart, the one counts that answered. Where none did, it
 * was one that policy denies, if there is any.
 */
function predicted(
  cluster: Cluster,
  { seen }: Planned,
  outcome: Outcome,
): TriedConnection['predicted'] {
  const allowed = seen.filter(({ connections }) =>
    connections.every((each) => evaluate(cluster, each).verdict === 'allow'),
  );
  if (allowed.length === 0) return 'deny';
  if (allowed.length === seen.length) return 'allow';
  if (outcome.kind !== 'answered') return 'deny';
  const answered = (backend: string | undefined): boolean =>
    backend?.endsWith(`/${outcome.answer}`) === true;
  return allowed.some(({ backend }) => answered(backend)) ? 'allow' : 'deny';
}

/** Says who answered in the place of the pod that was meant; empty where that did not happen. */
function strangerIn(answers: ReadonlySet<string>, { seen }: Planned, outcome: Outcome): string {
  if (outcome.kind !== 'answered') return '';
  const meant = seen.flatMap(({ connections }) => {
    const to = connections.at(-1)?.to;
    return to?.kind === 'pod' ? [to.name] : [];
  });
  if (meant.length === 0 || meant.includes(outcome.answer)) return '';
  return answers.has(outcome.answer) ? `answered by ${outcome.answer}` : '';
}
