import { type Direction, FAMILIES, type Family } from '@ringfence/core';
import {
  destinationField,
  directionSet,
  familySet,
  POD_INTERFACES,
  sourceField,
} from '../ruleset/names.ts';
import type { ElementSet, Field } from '../ruleset/ruleset.ts';

/** The sets of every node. */
export function setsOf(): readonly ElementSet[] {
  return [
    plain(POD_INTERFACES, ['inputInterface'], 'interfaces of pods, ready or not'),
    ...FAMILIES.flatMap(familySets),
    ...FAMILIES.flatMap((family) =>
      (['egress', 'ingress'] as const).flatMap((direction) => directionSets(direction, family)),
    ),
  ];
}

function familySets(family: Family): readonly ElementSet[] {
  const [source, destination] = [sourceField(family), destinationField(family)];
  return [
    plain(
      familySet('bound', family),
      ['inputInterface', source],
      'who may send with which address',
    ),
    plain(familySet('ready', family), [source], 'addresses of the pods of this node'),
    interval(plain(familySet('pod_ranges', family), [source], 'what this node gives its pods')),
    plain(familySet('nodes', family), [destination], 'addresses of nodes: no tunnels to them'),
    plain(familySet('own_node', family), [destination], 'where policy exempts the own node'),
    map(plain(familySet('identities', family), [source], 'what each pod is to the rows below')),
    interval(
      map(plain(familySet('segments', family), [source], 'what other addresses are to them')),
    ),
    plain(familySet('itself', family), [source, destination], 'pods that meet themselves'),
    {
      ...plain(
        familySet('denied', family),
        [source, destination, 'protocol', 'destinationPort'],
        'flows that were reported',
      ),
      dynamic: { size: 16_384, seconds: 60 },
    },
  ];
}

function directionSets(direction: Direction, family: Family): readonly ElementSet[] {
  const subject = direction === 'egress' ? sourceField(family) : destinationField(family);
  const name = (set: Parameters<typeof directionSet>[0]): string =>
    directionSet(set, direction, family);
  return [
    plain(name('subjects'), [subject], `pods whose ${direction} is decided by rows`),
    map(plain(name('ports'), [subject, 'identity', 'protocol', 'destinationPort'], '')),
    interval(map(plain(name('ranges'), ['destinationPort', 'identity', subject, 'protocol'], ''))),
    map(plain(name('any_port'), [subject, 'identity'], '')),
  ];
}

function plain(name: string, key: readonly Field[], comment: string): ElementSet {
  return { name, key, kind: 'set', interval: false, dynamic: undefined, comment };
}

function map(set: ElementSet): ElementSet {
  return { ...set, kind: 'identityMap' };
}

function interval(set: ElementSet): ElementSet {
  return { ...set, interval: true };
}
