import { type PortAnswer, type Protocol, PROTOCOLS } from '@ringfence/core';
import { evaluationJson, type Json, type JsonFields, pairJson } from './answer-json.ts';
import type { Places } from './place.ts';
import type { PortSet } from './port-set.ts';

/** What some pairs of ends may do on every port, as `docs/cli.md` documents it. */
export function portSetJson({ pairs, answers, verdict }: PortSet, places: Places): JsonFields {
  return {
    connections: pairs.map(pairJson),
    verdict,
    allow: allowJson(answers),
    ports: answers.map((answer) => rangeJson(answer, places)),
  };
}

function rangeJson({ protocol, from, to, evaluation }: PortAnswer, places: Places): JsonFields {
  const range = protocol === 'other' ? { protocol } : { protocol, ports: [from, to] };
  return { ...range, ...evaluationJson(evaluation, places) };
}

/** The shape that every answer about sets of ports has: ranges by protocol. */
function allowJson(answers: readonly PortAnswer[]): JsonFields {
  const allowed = answers.filter(({ evaluation }) => evaluation.verdict === 'allow');
  const asked = new Set(answers.map(({ protocol }) => protocol));
  const fields = PROTOCOLS.filter((protocol) => asked.has(protocol)).map(
    (protocol): readonly [string, Json] => [protocol, rangesOf(allowed, protocol)],
  );
  const other = { other: allowed.some(({ protocol }) => protocol === 'other') };
  return { ...Object.fromEntries(fields), ...(asked.has('other') ? other : {}) };
}

/** Ranges whose reasons differ but that touch are one range here. */
function rangesOf(
  allowed: readonly PortAnswer[],
  protocol: Protocol,
): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const { from, to } of allowed.filter((answer) => answer.protocol === protocol)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === from - 1) last[1] = to;
    else ranges.push([from, to]);
  }
  return ranges;
}
