import {
  type ClusterPod,
  FAMILIES,
  type Family,
  type PeerFacts,
  type PortNames,
} from '@ringfence/core';
import { ANY_OUTSIDE, ANY_POD } from '../ruleset/numbers.ts';
import type { Said } from './said.ts';
import type { PeerKind, Voice } from './voice.ts';
import type { VoiceTable } from './voice-table.ts';

/** What voices say of a peer beyond what they say of any pod, or of any address outside. */
type Special = ReadonlyMap<Voice, Said>;

/** By family; `undefined` in a family in which the peer has no address. */
export type SpecialByFamily = Readonly<Record<Family, Special | undefined>>;

/** Pods or addresses that are one peer to all voices: they have one number. */
export interface Member {
  readonly kind: PeerKind;
  /** What rules see of it, as far as it has addresses; noted by `look`. */
  facts: FactsByFamily;
  /** The names of its ports. */
  readonly names: PortNames | undefined;
  /** As voices were last asked; the number follows from it. */
  special: SpecialByFamily;
  /** Equal for peers of whom the same is said; `undefined` where nothing special is. */
  key: string | undefined;
  /** `undefined`: nothing special is said of it. */
  identity: Identity | undefined;
  /** Looks anew what rules see of it, and finds the voices that may tell it from others. */
  look(voices: VoiceTable, family: Family): ReadonlySet<Voice>;
  /** Whose addresses carry its number: pods, or ranges that are no pod's. */
  pods(): Iterable<ClusterPod>;
  ranges(): Iterable<Range>;
  /** How much has to be written when its number changes. */
  weight(): number;
  /** The lowest of its addresses: it tells the order of numbers. */
  lowest(): number | bigint;
}

/** Peers that no pod of this node tells apart, under one number. */
export interface Identity {
  readonly number: number;
  readonly kind: PeerKind;
  /** What is said of all of them. */
  readonly special: SpecialByFamily;
  readonly key: string;
  readonly members: Set<Member>;
}

/** By family; `undefined` in a family in which the peer has no address. */
type FactsByFamily = Readonly<Record<Family, PeerFacts | undefined>>;

/** Addresses side by side, both ends inclusive. */
export interface Range {
  readonly first: number | bigint;
  readonly last: number | bigint;
}

/** Nothing is said of nobody. */
export const NOT_THERE = { IPv4: undefined, IPv6: undefined };

/** The number that a member's addresses carry. */
export function numberOf({ kind, identity }: Member): number {
  if (identity !== undefined) return identity.number;
  return kind === 'pod' ? ANY_POD : ANY_OUTSIDE;
}

/** Asks all voices that may tell a peer from others. */
export function refresh(member: Member, voices: VoiceTable): void {
  const [IPv4, IPv6] = FAMILIES.map((family) => {
    const told = member.look(voices, family);
    if (member.facts[family] === undefined) return undefined;
    const special = new Map<Voice, Said>();
    for (const voice of told) {
      const said = specialOf(member, family, voice);
      if (said !== undefined) special.set(voice, said);
    }
    return special;
  });
  member.special = { IPv4, IPv6 };
  member.key = keyOf(member.kind, member.special);
}

/** What a voice says of a peer that has an address, unless that is what it says of any. */
function specialOf(
  { kind, facts: known, names }: Member,
  family: Family,
  voice: Voice,
): Said | undefined {
  const facts = known[family];
  if (facts === undefined) return undefined;
  const said = voice.says(facts, names);
  return said.key === voice.general[family][kind].key ? undefined : said;
}

/**
 * Asks peers of which rules see what they saw before about voices that came, and forgets those that
 * went; tells whether anything else is said now. Peers of one number of which the same is said now are
 * worked out once.
 */
export function createAmendment(
  gone: ReadonlySet<Voice>,
): (member: Member, come: Iterable<Voice>) => boolean {
  const groups = new Map<string, { special: SpecialByFamily; key: string | undefined }>();
  return (member, come) => {
    const additions = additionsTo(member, come);
    const isTold = FAMILIES.some((family) => additions[family].length > 0);
    // Most of the peers that a voice may tell from others it does not.
    if (!isTold && !isSpokenOf(member, gone)) return false;
    const text = groupText(member, additions);
    let found = groups.get(text);
    if (found === undefined) {
      const [IPv4, IPv6] = FAMILIES.map((family) => {
        const before = member.special[family];
        if (before === undefined) return undefined;
        return new Map([
          ...[...before].filter(([voice]) => !gone.has(voice)),
          ...additions[family],
        ]);
      });
      const special = { IPv4, IPv6 };
      found = { special, key: keyOf(member.kind, special) };
      groups.set(text, found);
    }
    member.special = found.special;
    member.key = found.key;
    return true;
  };
}

type Additions = Readonly<Record<Family, [Voice, Said][]>>;

/** What voices that came say of a peer, unless that is what they say of any. */
function additionsTo({ kind, facts: known, names }: Member, come: Iterable<Voice>): Additions {
  const additions: Additions = { IPv4: [], IPv6: [] };
  for (const voice of come) {
    let said: Said | undefined;
    for (const family of FAMILIES) {
      const facts = known[family];
      if (facts === undefined) continue;
      if (said === undefined || !voice.bySetsAlone) said = voice.says(facts, names);
      if (said.key !== voice.general[family][kind].key) additions[family].push([voice, said]);
    }
  }
  return additions;
}

function isSpokenOf({ special }: Member, voices: Iterable<Voice>): boolean {
  for (const voice of voices) {
    if (special.IPv4?.has(voice) === true || special.IPv6?.has(voice) === true) return true;
  }
  return false;
}

/** Equal for peers of which the same was said before, and the same is said now. */
function groupText({ kind, facts, identity }: Member, additions: Additions): string {
  let text = `${kind} ${identity?.number ?? ''}`;
  for (const family of FAMILIES) {
    text += facts[family] === undefined ? '/-' : '/';
    for (const [{ index }, { key }] of additions[family]) text += `${index}:${key};`;
  }
  return text;
}

/** Equal for peers of which the same is said; `undefined` where nothing special is. */
function keyOf(kind: PeerKind, special: SpecialByFamily): string | undefined {
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
