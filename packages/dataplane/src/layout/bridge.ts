import { FAMILIES } from '@ringfence/core';
import { familySet, POD_INTERFACES, sourceField } from '../ruleset/names.ts';
import { ACCEPT, baseChain, chain, DROP, goto, rule } from '../ruleset/rule.ts';
import type { Chain, ElementSet, Field, Match } from '../ruleset/ruleset.ts';
import { findEachOther, podInterfaces } from './matches.ts';
import { LINK_LOCAL, NEVER_SENT } from './prerouting.ts';

/** Which port may tell neighbours of which address that it is there. */
export const ADVERTISED = 'advertised6';

/** Before a bridge hands frames to the rules for what is routed. */
const FIRST = -300;

/** The sets of a bridge's table. */
export function bridgeSets(): readonly ElementSet[] {
  const set = (name: string, key: readonly Field[], comment: string): ElementSet => {
    return { name, key, kind: 'set', interval: false, dynamic: undefined, comment };
  };
  return [
    set(POD_INTERFACES, ['inputInterface'], 'ports of pods, ready or not'),
    ...FAMILIES.map((family) =>
      set(
        familySet('bound', family),
        ['inputInterface', sourceField(family)],
        'which port may send with which address',
      ),
    ),
    set(
      ADVERTISED,
      ['inputInterface', 'target6'],
      'which port may tell neighbours of which address',
    ),
  ];
}

/**
 * Binds sources on a bridge, where neighbours reach each other without being routed: a pod's port
 * sends to one other at a time, with its own address, and finds neighbours; nothing else. Judging
 * whom it may reach is left to the table for what is routed.
 */
export function bridgeChains(options: {
  readonly podInterfaces: readonly string[];
}): readonly Chain[] {
  return [
    baseChain(
      'prerouting',
      FIRST,
      podInterfaces('inputInterface', options).map((match) => rule([match], goto('port'))),
    ),
    chain('port', [
      // The other rules look through a VLAN's tag. Whoever takes it off would get such a frame.
      rule([{ kind: 'otherEtherType' }], DROP, 'no VLAN, nothing but IP and ARP', [
        { kind: 'count' },
      ]),
      rule([ARP], ACCEPT, 'asks and answers with its own address'),
      rule(ADVERTISEMENT, goto('advertises')),
      ...DISCOVERERS.flatMap((match) => findEachOther(match)),
      ...NEVER_SENT,
      rule([{ kind: 'toMany' }], DROP, 'no broadcast, no multicast', [{ kind: 'count' }]),
      rule([TO_LINK_LOCAL], DROP, 'no policy speaks of such addresses', [{ kind: 'count' }]),
      ...FAMILIES.map((family) => rule([bound(family)], ACCEPT, 'a pod with its own address')),
      rule([], DROP, 'not the address of this port', [{ kind: 'count' }]),
    ]),
    // Who believes it sends there what is for the address, whatever the message has as its source.
    chain('advertises', [
      ...DISCOVERERS.map((match) => rule([match, OWN_TARGET], ACCEPT, 'tells of its own address')),
      rule([], DROP, 'tells of no address of this port', [{ kind: 'count' }]),
    ]),
  ];
}

function bound(family: (typeof FAMILIES)[number]): Match {
  const key = ['inputInterface', sourceField(family)] as const;
  return { kind: 'inSet', key, set: familySet('bound', family) };
}

/** Whom the messages of neighbour discovery may be from. */
const DISCOVERERS: readonly Match[] = [...LINK_LOCAL, bound('IPv6')];

/** Nobody listens to one that was sent on: that is a letter, and judged as any other. */
const ADVERTISEMENT: readonly Match[] = [
  { kind: 'icmpType', family: 'IPv6', types: [136] },
  { kind: 'hopLimit6', hops: 255 },
];

const OWN_TARGET: Match = {
  kind: 'inSet',
  key: ['inputInterface', 'target6'],
  set: ADVERTISED,
};

const ARP: Match = {
  kind: 'inSet',
  key: ['inputInterface', 'arpSource4'],
  set: familySet('bound', 'IPv4'),
};

const TO_LINK_LOCAL: Match = {
  kind: 'prefix6',
  field: 'destination6',
  first: 0xfe80n << 112n,
  length: 10,
};
