import type { Loaded, LocatedIssue } from '@ringfence/kube';
import { formatPath } from '@ringfence/core';
import type { JsonFields } from './answer-json.ts';
import type { EvalOptions } from './options.ts';

/** Fields of a lone answer that also stand at the top, beside the question. */
const LIFTED = ['reason', 'egress', 'ingress', 'allow'] as const;

/** The whole of what `eval -o json` prints: the question, the verdict, and why. */
export function reportJson(report: {
  readonly options: EvalOptions;
  readonly verdict: string;
  readonly answers: readonly JsonFields[];
  readonly loaded: Pick<Loaded, 'warnings'>;
}): JsonFields {
  const { options, verdict, answers, loaded } = report;
  const [only] = answers;
  const lifted = LIFTED.flatMap((field) => {
    const value = answers.length === 1 ? only?.[field] : undefined;
    return value === undefined ? [] : [[field, value] as const];
  });
  return {
    ...questionJson(options),
    verdict,
    ...Object.fromEntries(lifted),
    answers,
    warnings: loaded.warnings.map(warningJson),
  };
}

function questionJson({ from, to, port, protocol, family }: EvalOptions): JsonFields {
  const assumed = port === undefined ? protocol : (protocol ?? 'TCP');
  return {
    from,
    to,
    ...(assumed === undefined ? {} : { protocol: assumed }),
    ...(port === undefined ? {} : { port }),
    ...(family === undefined ? {} : { family }),
  };
}

/** A warning of the manifests, with its place. */
export function warningJson({ code, message, path, place }: LocatedIssue): JsonFields {
  const { file, line, column } = place;
  return { code, message, path: formatPath(path), file, line, column };
}
