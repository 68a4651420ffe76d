import {
  type ClusterPod,
  FAMILIES,
  type Family,
  type PeerFacts,
  type PortNames,
} from '@ringfence/core';
import { ANY_OUTSIDE, ANY_POD } from '../ruleset/numbers.ts';
import type { Identity } from './identities.ts';
import type { PeerKind, Said, Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

/** What voices say of a peer beyond what they say of any pod, or of any address outside. */
export type Special = ReadonlyMap<Voice, Said>;

/** By family; `undefined` in a family in which the peer has no address. */
export type SpecialByFamily = Readonly<Record<Family, Special | undefined>>;

/** Pods or addresses that are one peer to all voices: they have one number. */
export interface Member {
  readonly kind: PeerKind;
  /** As voices were last asked; the number follows from it. */
  special: SpecialByFamily;
  /** Equal for peers of whom the same is said; `undefined` where nothing special is. */
  key: string | undefined;
  /** `undefined`: nothing special is said of it. */
  identity: Identity | undefined;
  /** Asks the voices anew. */
  refresh(voices: VoiceTable): void;
  /** Whose addresses carry its number: pods, or ranges that are no pod's. */
  pods(): Iterable<ClusterPod>;
  ranges(): Iterable<Range>;
  /** How much has to be written when its number changes. */
  weight(): number;
  /** The lowest of its addresses: it tells the order of numbers. */
  lowest(): number | bigint;
}

/** Addresses side by side, both ends inclusive. */
export interface Range {
  readonly first: number | bigint;
  readonly last: number | bigint;
}

/** Nothing is said of nobody. */
export const NOT_THERE: SpecialByFamily = { IPv4: undefined, IPv6: undefined };

/** The number that a member's addresses carry. */
export function numberOf({ kind, identity }: Member): number {
  if (identity !== undefined) return identity.number;
  return kind === 'pod' ? ANY_POD : ANY_OUTSIDE;
}

/** Asks voices about a peer, and keeps what is special. */
export function ask(
  voices: Iterable<Voice>,
  peer: {
    readonly kind: PeerKind;
    readonly family: Family;
    readonly facts: PeerFacts;
    readonly names: PortNames | undefined;
  },
): Special {
  const { kind, family, facts, names } = peer;
  const special = new Map<Voice, Said>();
  for (const voice of voices) {
    const said = voice.says(facts, names);
    if (said.key !== voice.general[family][kind].key) special.set(voice, said);
  }
  return special;
}

/** Equal for peers of which the same is said; `undefined` where nothing special is. */
export function keyOf(kind: PeerKind, special: SpecialByFamily): string | undefined {
  let key = '';
  let isSpecial = false;
  for (const family of FAMILIES) {
    const said = special[family];
    key += said === undefined ? '-' : `${kind} `;
    if (said !== undefined && said.size > 0) {
      isSpecial = true;
      const parts = [...said].map(([{ index }, { key: ports }]) => `${index}:${ports};`);
      key += parts.sort().join('');
    }
    key += '/';
  }
  return isSpecial ? key : undefined;
}
