import type { CompileOptions } from '../compile/options.ts';
import type { Family } from '@ringfence/core';
import {
  destinationField,
  type FamilySet,
  familySet,
  POD_INTERFACES,
  sourceField,
} from '../ruleset/names.ts';
import type { Match } from '../ruleset/ruleset.ts';

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

/** Router and neighbour solicitations, advertisements of neighbours, reports of listeners. */
const DISCOVERY = [131, 132, 133, 135, 136, 143];

/** IPv6 neighbour discovery, as far as pods may take part in it. */
export const NEIGHBOUR_DISCOVERY: Match = {
  kind: 'icmpType',
  family: 'IPv6',
  types: DISCOVERY,
};
