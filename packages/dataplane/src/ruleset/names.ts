import type { Direction, Family } from '@ringfence/core';
import type { Field } from './ruleset.ts';

/** The sets that do not belong to a family. */
export const POD_INTERFACES = 'pod_interfaces';

/** Names of sets that exist once for each family. */
export type FamilySet =
  | 'bound'
  | 'ready'
  | 'pod_ranges'
  | 'nodes'
  | 'own_node'
  | 'identities'
  | 'segments'
  | 'itself'
  | 'denied';

/** The name of a family's set. */
export function familySet(set: FamilySet, family: Family): string {
  return `${set}${digit(family)}`;
}

/** Names of sets that exist once for each direction and family. */
export type DirectionSet = 'subjects' | 'ports' | 'ranges' | 'any_port';

/** The name of a direction's set. */
export function directionSet(set: DirectionSet, direction: Direction, family: Family): string {
  return `${direction}${digit(family)}_${set}`;
}

/** The number by which names tell the families apart. */
export function digit(family: Family): '4' | '6' {
  return family === 'IPv4' ? '4' : '6';
}

/** The sender's address in a family. */
export function sourceField(family: Family): Field {
  return family === 'IPv4' ? 'source4' : 'source6';
}

/** The receiver's address in a family. */
export function destinationField(family: Family): Field {
  return family === 'IPv4' ? 'destination4' : 'destination6';
}

/** The address of the connection's client in a family. */
export function callerField(family: Family): Field {
  return family === 'IPv4' ? 'caller4' : 'caller6';
}

/** The address of the connection's server in a family, behind a Service if there is one. */
export function calledField(family: Family): Field {
  return family === 'IPv4' ? 'called4' : 'called6';
}
