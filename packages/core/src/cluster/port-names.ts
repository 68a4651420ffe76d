import type { ContainerPort, Protocol } from '../objects/object.ts';
import { placeOfPort } from '../sets/port-set.ts';

/** The names that a pod gives its ports. */
export interface PortNames {
  /** Equal keys, equal names. */
  readonly key: string;
  /** By `placeOfPort`; ports without a name are left out. */
  readonly at: ReadonlyMap<number, readonly string[]>;
}

/** Collects the names of container ports; a port may have several, a name several ports. */
export function portNamesOf(ports: readonly ContainerPort[]): PortNames {
  const at = new Map<number, string[]>();
  for (const { name, protocol, port } of ports) {
    if (name === '') continue;
    const place = placeOfPort(protocol, port);
    const names = at.get(place);
    if (names === undefined) at.set(place, [name]);
    else if (!names.includes(name)) at.set(place, [...names, name].sort());
  }
  return { key: keyOf(at), at };
}

function keyOf(at: ReadonlyMap<number, readonly string[]>): string {
  let key = '';
  for (const place of [...at.keys()].sort((left, right) => left - right)) {
    key += `${key === '' ? '' : ';'}${place}=${at.get(place)?.join() ?? ''}`;
  }
  return key;
}

/** Names of no port. */
export const NO_NAMES: readonly string[] = [];

/** The ports of one protocol that have a name, ascending. */
export function namedPorts(names: PortNames, protocol: Protocol): readonly number[] {
  const base = placeOfPort(protocol, 0);
  return [...names.at.keys()]
    .map((place) => place - base)
    .filter((port) => port > 0 && port <= 65_535)
    .sort((left, right) => left - right);
}

/** The names that one port has. */
export function namesOf(
  names: PortNames,
  protocol: Protocol | 'other',
  port: number,
): readonly string[] {
  if (names.at.size === 0 || protocol === 'other') return NO_NAMES;
  return names.at.get(placeOfPort(protocol, port)) ?? NO_NAMES;
}
