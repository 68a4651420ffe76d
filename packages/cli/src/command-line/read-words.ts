import { failed, ok, type Result } from '@ringfence/core';
import { didYouMean } from '../nearest.ts';
import type { Command, Flag, Operand, Typed } from './command.ts';
import { REFUSED_FLAGS } from './flags.ts';

/** Reads what was typed after a command's name; fails with what is wrong with it. */
export function readWords(command: Command, words: readonly string[]): Result<Typed, string> {
  const operands: string[] = [];
  const flags = new Map<string, string[]>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') {
      operands.push(...words.slice(index + 1));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const switches = switchesIn(command.flags, word);
    if (switches !== undefined) {
      for (const { long } of switches) flags.set(long.slice(2), ['']);
      continue;
    }
    const read = readFlag(command.flags, word, words[index + 1]);
    if (read.kind === 'failed') return read;
    const { flag, value, tookNext } = read.value;
    if (tookNext) index += 1;
    const name = flag.long.slice(2);
    const before = flags.get(name);
    if (before !== undefined && !flag.repeatable) return failed(`${flag.long} was given twice`);
    flags.set(name, [...(before ?? []), value]);
  }
  const complaint = wrongOperands(command.operands, operands);
  return complaint === undefined ? ok({ operands, flags }) : failed(complaint);
}

/** `-it` is `-i -t`, where both are switches. */
function switchesIn(flags: readonly Flag[], word: string): readonly Flag[] | undefined {
  if (!/^-[A-Za-z]{2,}$/u.test(word)) return undefined;
  const named = word
    .slice(1)
    .split('')
    .map((letter) => flags.find(({ short, value }) => short === `-${letter}` && value === ''));
  return named.every((flag) => flag !== undefined) ? named : undefined;
}

interface ReadFlag {
  readonly flag: Flag;
  readonly value: string;
  readonly tookNext: boolean;
}

function readFlag(
  flags: readonly Flag[],
  word: string,
  next: string | undefined,
): Result<ReadFlag, string> {
  const { name, attached } = splitWord(word);
  const flag = flags.find(({ long, short }) => name === long || name === short);
  if (flag === undefined) return failed(unknownFlag(flags, name));
  if (flag.value === '') {
    if (attached === undefined) return ok({ flag, value: '', tookNext: false });
    return failed(`${name} takes no value, got \`${attached}\``);
  }
  const value = attached ?? next;
  const isFlag = attached === undefined && flags.some(({ long }) => long === next);
  if (value === undefined || isFlag) {
    return failed(`${name} needs a value: ${name} ${flag.value}`);
  }
  if (flag.values.length > 0 && !flag.values.includes(value)) {
    return failed(`${name}: must be one of ${flag.values.join(', ')}, got \`${value}\``);
  }
  return ok({ flag, value, tookNext: attached === undefined });
}

/** `--name=value`, `-nvalue` and `-n=value` hold their value; `--name` and `-n` do not. */
function splitWord(word: string): { readonly name: string; readonly attached: string | undefined } {
  if (!word.startsWith('--')) {
    const attached = word.length === 2 ? undefined : word.slice(2).replace(/^=/, '');
    return { name: word.slice(0, 2), attached };
  }
  const equals = word.indexOf('=');
  if (equals === -1) return { name: word, attached: undefined };
  return { name: word.slice(0, equals), attached: word.slice(equals + 1) };
}

function unknownFlag(flags: readonly Flag[], name: string): string {
  const reason = REFUSED_FLAGS.get(name);
  if (reason !== undefined) return reason;
  const guess = didYouMean(name, [...flags.map(({ long }) => long), '--help']);
  return `there is no flag \`${name}\` here${guess}`;
}

function wrongOperands(wanted: readonly Operand[], typed: readonly string[]): string | undefined {
  const missing = wanted.find(
    ({ presence }, index) => presence === 'required' && typed[index] === undefined,
  );
  if (missing !== undefined) return `${missing.name} is missing: ${missing.about}`;
  const unlimited = wanted.some(({ presence }) => presence === 'any number');
  const extra = typed[wanted.length];
  if (extra !== undefined && !unlimited) return `\`${extra}\` is one word too many`;
  for (const [index, { name, values }] of wanted.entries()) {
    const value = typed[index];
    if (value !== undefined && values.length > 0 && !values.includes(value)) {
      return `${name}: must be one of ${values.join(', ')}, got \`${value}\``;
    }
  }
  return undefined;
}
