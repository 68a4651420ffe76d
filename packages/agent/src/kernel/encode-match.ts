import { unreachable } from '@ringfence/core';
import type { ConnectionState, Match } from '@ringfence/dataplane';
import { CT_STATE, type Expression } from '@ringfence/netlink';
import { encodeHeaderMatch } from './encode-header-match.ts';
import { loadKey } from './encode-key.ts';
import { fieldShape } from './field.ts';
import { interfaceName } from './key-bytes.ts';
import { differs, equals, hostBits, ofProtocol, type Part, type RuleWorld } from './part.ts';
import { FIRST, type Step } from './step.ts';
import { hostNumber } from './value-bytes.ts';

/** Writes a match. */
export function encodeMatch(world: RuleWorld, match: Match): Part {
  if (match.kind === 'family') {
    return { needs: [ofProtocol(world.family, match.family)], steps: [] };
  }
  if (match.kind === 'inSet') {
    const { needs, steps, set } = loadKey(world, match.key, match.set);
    const lookup: Expression = { kind: 'lookup', set, setId: 0, source: FIRST, inverted: false };
    return { needs, steps: [...steps, lookup] };
  }
  return isKnown(match) ? { needs: [], steps: knownSteps(match) } : encodeHeaderMatch(world, match);
}

const KNOWN_KINDS = [
  'interfacePrefix',
  'interfaceIsNot',
  'identity',
  'state',
  'reply',
  'mark',
] as const satisfies readonly Match['kind'][];

type KnownMatch = Extract<Match, { readonly kind: (typeof KNOWN_KINDS)[number] }>;

function isKnown(match: Match): match is KnownMatch {
  return KNOWN_KINDS.some((kind) => kind === match.kind);
}

/** Of what the kernel knows about a packet besides its bytes. */
function knownSteps(match: KnownMatch): readonly Step[] {
  switch (match.kind) {
    case 'interfacePrefix': {
      const prefix = interfaceName(match.prefix);
      // Every name begins with nothing.
      return [
        fieldShape(match.field).load(FIRST),
        ...(prefix.length === 0 ? [] : [equals(prefix)]),
      ];
    }
    case 'interfaceIsNot': {
      const shape = fieldShape(match.field);
      const name = new Uint8Array(shape.length);
      name.set(interfaceName(match.name));
      return [shape.load(FIRST), differs(name)];
    }
    case 'identity':
      return [fieldShape('identity').load(FIRST), compares(match.is, hostNumber(match.number))];
    case 'state':
      return stateSteps(match.states);
    case 'reply':
      return [
        { kind: 'ct', key: 'direction', direction: 'none', destination: FIRST },
        equals(Uint8Array.of(IP_CT_DIR_REPLY)),
      ];
    case 'mark':
      return [LOAD_MARK, hostBits(match.mask), compares(match.is, hostNumber(match.value))];
    default:
      return unreachable(match);
  }
}

const IP_CT_DIR_REPLY = 1;

/** Loads the mark of the packet's connection. */
export const LOAD_MARK: Expression = {
  kind: 'ct',
  key: 'mark',
  direction: 'none',
  destination: FIRST,
};

/** Each state is a bit, and a packet has one of them. */
function stateSteps(states: readonly ConnectionState[]): readonly Step[] {
  const mask = states.reduce((sum, state) => sum | CT_STATE[state], 0);
  return [
    { kind: 'ct', key: 'state', direction: 'none', destination: FIRST },
    hostBits(mask),
    differs(hostNumber(0)),
  ];
}

function compares(is: 'equal' | 'different', data: Uint8Array): Expression {
  return is === 'equal' ? equals(data) : differs(data);
}
