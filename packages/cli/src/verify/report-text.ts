import { unreachable } from '@ringfence/core';
import type { Paint } from '../command-line/paint.ts';
import type { DifferenceReport, NodeReport } from './node-report.ts';

/** What was proved of nodes, and what is different, as people read it. */
export function reportText(reports: readonly NodeReport[], paint: Paint): string {
  return reports
    .flatMap((report) => linesOf(report, paint))
    .map((line) => `${line}\n`)
    .join('');
}

function linesOf(report: NodeReport, paint: Paint): readonly string[] {
  const { node, holds, wrong, notes, differences, differencesInAll } = report;
  const verdict = holds
    ? paint.good('the kernel holds what the policies mean')
    : paint.bad('the kernel does not hold what the policies mean');
  return [
    `${paint.strong(node)}: ${verdict}`,
    ...comparedLines(report).map((line) => `  ${paint.faint(line)}`),
    ...wrong.map((line) => `  ${paint.bad(line)}`),
    ...notes.map((line) => `  ${line}`),
    ...differences.flatMap(differenceLines).map((line) => `  ${line}`),
    ...moreLine(differencesInAll - differences.length, 'difference'),
    ...harmlessLines(report),
  ];
}

function comparedLines({ compared, readMs, proveMs }: NodeReport): readonly string[] {
  const { rules, elements, addresses, numbers, classes, parts, subjects, functions } = compared;
  return [
    `${rules} rules, ${elements} elements and ${numbers} numbers of peers read back in ${readMs.toFixed(0)} ms, proved in ${proveMs.toFixed(0)} ms:`,
    `every port and protocol for ${subjects} subjects with ${addresses} addresses of pods (${classes} classes)`,
    `and all other addresses (${parts} parts); ${functions} functions compared`,
  ];
}

function harmlessLines({ harmless, harmlessInAll }: NodeReport): readonly string[] {
  if (harmlessInAll === 0) return [];
  return [
    '  without effect on any verdict:',
    ...harmless.flatMap(differenceLines).map((line) => `    ${line}`),
    ...moreLine(harmlessInAll - harmless.length, 'element').map((line) => `  ${line}`),
  ];
}

function moreLine(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`  and ${count} more ${what}${count === 1 ? '' : 's'}`];
}

function differenceLines(difference: DifferenceReport): readonly string[] {
  switch (difference.kind) {
    case 'layout': {
      const { where, kernel, expected } = difference;
      return [
        `${where} is another one:`,
        `  kernel    ${kernel === '' ? 'nothing' : kernel}`,
        `  expected  ${expected === '' ? 'nothing' : expected}`,
      ];
    }
    case 'element': {
      const { set, is, element, means } = difference;
      return [`${set}: ${element} ${WORDS[is]}: ${means}`];
    }
    case 'connections': {
      const { from, to, peers, traffic, direction, kernel, policies, rule, because } = difference;
      const others =
        peers === 1
          ? ''
          : ` and ${peers - 1} more like ${direction === 'egress' ? 'it' : 'the sender'}`;
      return [
        `${from} -> ${to}${others}, ${traffic}, ${direction}:`,
        `  kernel    ${kernel}: ${because}`,
        `  policies  ${policies}: ${rule}`,
      ];
    }
    default:
      return unreachable(difference);
  }
}

const WORDS = { missing: 'is missing', extra: 'is too many', other: 'is another one' } as const;
