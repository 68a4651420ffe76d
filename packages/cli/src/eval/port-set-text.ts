import { type PortAnswer, PROTOCOLS } from '@ringfence/core';
import { pairsHeadline, verdictWord } from './headline.ts';
import { directionText, type Telling } from './answer-text.ts';
import { portClasses, type PortClass, type PortSet } from './port-set.ts';

/** Explains what two ends may do on every port. */
export function portSetText(set: PortSet, telling: Telling): string {
  const { paint } = telling;
  const word =
    set.verdict === 'some' ? paint.strong('SOME PORTS') : verdictWord(set.verdict, paint);
  const classes = portClasses(set.answers);
  const blocks = classes.map((each) => classText(each, set, telling));
  return `${[pairsHeadline(word, set.pairs), ...blocks].join('\n\n')}\n`;
}

function classText(
  { ranges, evaluation }: PortClass,
  { pairs }: PortSet,
  telling: Telling,
): string {
  const word = verdictWord(evaluation.verdict, telling.paint);
  const answer = { evaluation, pairs };
  return [
    `${word} on ${rangesText(ranges)}`,
    directionText('egress', answer, telling),
    directionText('ingress', answer, telling),
  ].join('\n');
}

/** `TCP 80, 443; UDP on every port; what has no ports`. */
function rangesText(ranges: readonly PortAnswer[]): string {
  const named = PROTOCOLS.flatMap((protocol) => {
    const own = ranges.filter((range) => range.protocol === protocol);
    if (own.length === 0) return [];
    const whole = own.length === 1 && own[0]?.from === 1 && own[0].to === 65_535;
    return [whole ? protocol : `${protocol} ${own.map(rangeText).join(', ')}`];
  });
  const other = ranges.some(({ protocol }) => protocol === 'other');
  const all = [...named, ...(other ? ['what has no ports (ICMP and others)'] : [])];
  if (all.join() === 'TCP,UDP,SCTP,what has no ports (ICMP and others)')
    return 'every port and protocol';
  return all.join('; ');
}

function rangeText({ from, to }: PortAnswer): string {
  return from === to ? `${from}` : `${from}-${to}`;
}
