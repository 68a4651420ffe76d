import type { CompileOptions } from '../compile/options.ts';
import type { Family } from '@ringfence/core';
import {
  destinationField,
  type FamilySet,
  familySet,
  POD_INTERFACES,
  sourceField,
} from '../ruleset/names.ts';
import { ACCEPT, rule } from '../ruleset/rule.ts';
import type { Match, Rule } from '../ruleset/ruleset.ts';

/** The packet comes from an address of the set. */
export function from(set: FamilySet, family: Family): Match {
  return { kind: 'inSet', key: [sourceField(family)], set: familySet(set, family) };
}

/** The packet goes to an address of the set. */
export function to(set: FamilySet, family: Family): Match {
  return { kind: 'inSet', key: [destinationField(family)], set: familySet(set, family) };
}

/** The packet came in, or goes out, through a pod's interface: one match for each way to tell. */
export function podInterfaces(
  field: 'inputInterface' | 'outputInterface',
  { podInterfaces: patterns }: Pick<CompileOptions, 'podInterfaces'>,
): readonly Match[] {
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*'));
  return [
    ...prefixes.map(
      (pattern): Match => ({ kind: 'interfacePrefix', field, prefix: pattern.slice(0, -1) }),
    ),
    { kind: 'inSet', key: [field], set: POD_INTERFACES },
  ];
}

/**
 * IPv6 neighbour discovery, as far as pods may take part in it: router and neighbour solicitations,
 * and advertisements of neighbours, that no router has sent on. By their types alone they would be
 * letters that no policy reads, to anybody. Then reports of listeners, to the link.
 */
const NEIGHBOUR_DISCOVERY: readonly (readonly Match[])[] = [
  [
    { kind: 'icmpType', family: 'IPv6', types: [133, 135, 136] },
    { kind: 'hopLimit6', hops: 255 },
  ],
  [
    { kind: 'icmpType', family: 'IPv6', types: [131, 132, 143] },
    { kind: 'prefix6', field: 'destination6', first: 0xff02n << 112n, length: 16 },
  ],
];

/** Lets neighbours find each other, where something else holds, too. */
export function findEachOther(...matches: readonly Match[]): readonly Rule[] {
  return NEIGHBOUR_DISCOVERY.map((discovery) =>
    rule([...matches, ...discovery], ACCEPT, 'neighbours find each other'),
  );
}
