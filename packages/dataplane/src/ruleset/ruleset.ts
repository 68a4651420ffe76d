import type { Family, PolicyRef } from '@ringfence/core';

/**
 * Everything that one node's table holds, as data. Chains are static: pods, policies and labels
 * change only elements, and a new generation only the rules that hold it.
 *
 * Same input, same bytes: sets and chains are in a fixed order, elements in the order of their keys.
 */
export interface Ruleset {
  /** `bridge` sees frames between the ports of a bridge, `inet` what is routed. */
  readonly family: 'inet' | 'bridge';
  /** Name of the table. */
  readonly table: string;
  readonly sets: readonly ElementSet[];
  readonly chains: readonly Chain[];
  /** By name of the set; every set has an entry. */
  readonly elements: ReadonlyMap<string, readonly Element[]>;
  /** Pods whose rows would not fit: everything from and to them is dropped. */
  readonly closed: readonly ClosedPod[];
}

/** A pod of this node that is closed because its policies need more rows than a node may have. */
export interface ClosedPod {
  readonly namespace: string;
  readonly name: string;
  /** How many rows it would have needed. */
  readonly rows: number;
  readonly policies: readonly PolicyRef[];
}

/** A set of keys, or a map from keys to identities. */
export interface ElementSet {
  readonly name: string;
  readonly key: readonly Field[];
  readonly kind: 'set' | 'identityMap';
  /** Keys hold ranges; those of one set never overlap. */
  readonly interval: boolean;
  /** For sets that rules fill: how many elements fit, and how long each stays. */
  readonly dynamic: { readonly size: number; readonly seconds: number } | undefined;
  readonly comment: string;
}

/** What a rule can look at. Addresses exist only in packets of their family. */
export type Field =
  | 'inputInterface'
  | 'outputInterface'
  | 'source4'
  | 'source6'
  | 'destination4'
  | 'destination6'
  /** The two ends of the connection, each by its own address, whatever a Service is called. */
  | 'caller4'
  | 'caller6'
  | 'called4'
  | 'called6'
  /** Who an ARP message says that it is from. */
  | 'arpSource4'
  /** Which address a message of neighbour discovery is about; other packets have other bytes there. */
  | 'target6'
  | 'protocol'
  | 'sourcePort'
  | 'destinationPort'
  /** The number in the packet's priority. */
  | 'identity';

export interface Element {
  /** Beside the set's fields. */
  readonly key: readonly KeyPart[];
  /** In maps. */
  readonly identity: number | undefined;
  /** At most 128 bytes; empty for none. */
  readonly comment: string;
}

/** Interfaces by name; addresses, protocols, ports and identities by number. */
export type KeyPart = string | number | bigint | KeyRange;

/** Both ends inclusive. */
export type KeyRange =
  | { readonly first: number; readonly last: number }
  | { readonly first: bigint; readonly last: bigint };

/** Rules in an order. Without a hook it sees only what is sent to it. */
export interface Chain {
  readonly name: string;
  readonly base: ChainBase | undefined;
  readonly rules: readonly Rule[];
}

/** Where a chain sees packets; what its rules leave undecided is accepted. */
export interface ChainBase {
  readonly hook: 'prerouting' | 'forward' | 'input';
  readonly priority: number;
}

/** When all matches hold, the actions are done in order and then the verdict counts. */
export interface Rule {
  readonly matches: readonly Match[];
  readonly actions: readonly Action[];
  readonly verdict: RuleVerdict;
  readonly comment: string;
}

export type Match =
  | HeaderMatch
  | { readonly kind: 'family'; readonly family: Family }
  /** By the first letters of its name. */
  | { readonly kind: 'interfacePrefix'; readonly field: InterfaceField; readonly prefix: string }
  | { readonly kind: 'interfaceIsNot'; readonly field: InterfaceField; readonly name: string }
  | { readonly kind: 'inSet'; readonly key: readonly Field[]; readonly set: string }
  | { readonly kind: 'identity'; readonly is: 'equal' | 'different'; readonly number: number }
  | { readonly kind: 'state'; readonly states: readonly ConnectionState[] }
  /** Goes from the one that was called to the one that called; false where nothing is tracked. */
  | { readonly kind: 'reply' }
  /** Bits of the connection's mark; false where nothing is tracked. */
  | {
      readonly kind: 'mark';
      readonly is: 'equal' | 'different';
      readonly mask: number;
      readonly value: number;
    };

type InterfaceField = 'inputInterface' | 'outputInterface';

/** Looks at what is in the packet itself. */
export type HeaderMatch =
  /** By IP protocol number. */
  | { readonly kind: 'protocol'; readonly protocols: readonly number[] }
  | {
      readonly kind: 'destinationPort';
      readonly protocol: number;
      readonly ports: readonly number[];
    }
  /** The packet is an ICMP message of its family, of one of these types. */
  | { readonly kind: 'icmpType'; readonly family: Family; readonly types: readonly number[] }
  | {
      readonly kind: 'prefix6';
      readonly field: 'source6' | 'destination6';
      readonly first: bigint;
      readonly length: number;
    }
  /** What routers count down: 255 is only what no router has sent on. */
  | { readonly kind: 'hopLimit6'; readonly hops: number }
  /** The header of IPv4 is followed by options. */
  | { readonly kind: 'options4' }
  /** The packet says by whom it is to go: loosely, or by these and nobody else. */
  | { readonly kind: 'sourceRoute4'; readonly strict: boolean }
  /** The frame is for more than one. */
  | { readonly kind: 'toMany' }
  /**
   * On bridges: the frame says that it carries neither IP nor ARP. One with a VLAN's tag says that
   * it carries the tag, whatever is behind it.
   */
  | { readonly kind: 'otherEtherType' }
  /** TCP with other flags than SYN alone, of those that open and close connections. */
  | { readonly kind: 'notSyn' };

export type ConnectionState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';

export type Action =
  | { readonly kind: 'setIdentity'; readonly number: number }
  /** Stops the rule where the map has nothing for the key. */
  | { readonly kind: 'mapIdentity'; readonly key: readonly Field[]; readonly map: string }
  /** Other bits of the connection's mark stay. */
  | { readonly kind: 'setMark'; readonly mask: number; readonly value: number }
  | { readonly kind: 'count' }
  /** Once in a while for each key; stops the rule in between. */
  | {
      readonly kind: 'log';
      readonly key: readonly Field[];
      readonly set: string;
      readonly prefix: string;
      readonly group: number;
    };

export type RuleVerdict =
  | { readonly kind: 'accept' | 'drop' | 'next' }
  /** Back to behind the last jump. */
  | { readonly kind: 'return' }
  /** Drops the packet and tells its sender. */
  | { readonly kind: 'reject'; readonly by: Rejection }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/**
 * What a sender is told: that its connection is reset, which is for TCP alone, or that an
 * administrator forbids this.
 */
export type Rejection = 'tcpReset' | 'adminProhibited';

const HEADER_KINDS: ReadonlySet<Match['kind']> = new Set([
  'protocol',
  'destinationPort',
  'icmpType',
  'prefix6',
  'hopLimit6',
  'options4',
  'sourceRoute4',
  'toMany',
  'otherEtherType',
  'notSyn',
] satisfies readonly HeaderMatch['kind'][]);

/** Whether a match looks at what is in the packet itself. */
export function isHeaderMatch(match: Match): match is HeaderMatch {
  return HEADER_KINDS.has(match.kind);
}
