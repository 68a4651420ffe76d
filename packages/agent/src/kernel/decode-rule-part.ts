import { isDeepStrictEqual } from 'node:util';
import { FAMILIES } from '@ringfence/core';
import { actionAt } from './decode-rule-action.ts';
import { headerMatchAt } from './decode-rule-header.ts';
import { keyedAt, knownMatchAt } from './decode-rule-match.ts';
import type { FoundPart, Reading } from './decode-rule-reading.ts';
import { type Need, ofIcmpFamily, ofProtocol, ofTransport } from './part.ts';

/** Reads the part that begins at a step, with what it needs before it. */
export function partAt(reading: Reading, at: number): FoundPart | undefined {
  const needs = needsAt(reading, at);
  for (let count = needs.length; count >= 0; count -= 1) {
    const before = needs.slice(0, count);
    const start = before.at(-1)?.next ?? at;
    const names = before.map(({ name }) => name);
    for (const found of partsAt(reading, start)) {
      const isNeeded = names.every((name) => found.needs.includes(name));
      const isMet = found.needs.every((name) => names.includes(name) || reading.held.has(name));
      if (isNeeded && isMet) return found;
    }
  }
  return familyAt(reading, at);
}

function* partsAt(reading: Reading, at: number): Iterable<FoundPart> {
  for (const read of [keyedAt, knownMatchAt, headerMatchAt, actionAt]) {
    const found = read(reading, at);
    if (found !== undefined) yield found;
  }
}

interface FoundNeed {
  readonly name: string;
  readonly next: number;
}

/** What a rule sees to before its next part, as far as it is not known to hold. */
function needsAt(reading: Reading, at: number): readonly FoundNeed[] {
  const found: FoundNeed[] = [];
  let next = at;
  for (;;) {
    const need = needAt(reading, next);
    if (need === undefined || reading.held.has(need.name)) return found;
    if (found.some(({ name }) => name === need.name)) return found;
    next += need.steps.length;
    found.push({ name: need.name, next });
  }
}

const PROTOCOLS3 = ['IPv4', 'IPv6', 'ARP'] as const;

function needAt({ world, steps }: Reading, at: number): Need | undefined {
  const test = steps[at + 1];
  if (test?.kind !== 'cmp') return undefined;
  const [protocol = 0] = test.data;
  return [
    ...PROTOCOLS3.map((of) => ofProtocol(world.family, of)),
    ...FAMILIES.map((of) => ofIcmpFamily(world.family, of)),
    ofTransport(protocol),
  ].find(({ steps: those }) => isDeepStrictEqual(steps.slice(at, at + those.length), those));
}

/** A packet of a family, whatever comes next. */
function familyAt({ world, steps }: Reading, at: number): FoundPart | undefined {
  for (const family of FAMILIES) {
    const { name, steps: those } = ofProtocol(world.family, family);
    if (!isDeepStrictEqual(steps.slice(at, at + those.length), those)) continue;
    return { match: { kind: 'family', family }, needs: [name], next: at + those.length };
  }
  return undefined;
}
