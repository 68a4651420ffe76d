import { FAMILIES } from '@ringfence/core';
import { FIRST_IDENTITY } from '../ruleset/numbers.ts';
import { compareParts } from '../ruleset/order.ts';
import { type Identity, type Member, numberOf, type SpecialByFamily } from './member.ts';

/** What happened to the numbers. */
export interface IdentityDelta {
  /** Members whose number is another one. */
  readonly renumbered: readonly Member[];
  /** By identity that is new or of which other things are said: what was said before. */
  readonly changed: ReadonlyMap<Identity, SpecialByFamily | undefined>;
  readonly removed: readonly Identity[];
}

/** The numbers of all peers of whom something special is said. */
export interface Identities {
  /**
   * Finds the numbers of members whose key or special may be others. Numbers stay with most of those
   * that had them; a number that nobody has any more is not given again before all others were.
   */
  settle(members: Iterable<Member>): IdentityDelta;
  withNumber(number: number): Identity | undefined;
}

/** What the kernel has from an agent of before. */
export interface NumbersBefore {
  /** The number that most of a member's addresses have; `undefined` where none has one. */
  of(member: Member): number | undefined;
  /** The highest that anything there speaks of: whoever inherits none gets a higher one. */
  readonly highest: number;
}

const NOTHING_BEFORE: NumbersBefore = { of: () => undefined, highest: 0 };

/** Numbers nobody yet. */
export function createIdentities(before: NumbersBefore = NOTHING_BEFORE): Identities {
  const byKey = new Map<string, Identity>();
  const byNumber = new Map<number, Identity>();
  let last = Math.max(FIRST_IDENTITY - 1, before.highest);
  /** Of use once: later, what somebody knew from before may have been released meanwhile. */
  let hint = before.of;
  const freshNumber = (): number => {
    do last = last >= LAST_IDENTITY ? FIRST_IDENTITY : last + 1;
    while (byNumber.has(last));
    return last;
  };

  /** The number that most of the heirs had, where nobody else has it now. */
  const inherited = (
    heirs: readonly Heir[],
    left: ReadonlyMap<number, Identity>,
  ): number | undefined => {
    const votes = new Map<number, number>();
    for (const { member, was } of heirs) {
      const number = was !== undefined && left.has(was.number) ? was.number : hint(member);
      if (number === undefined || byNumber.has(number)) continue;
      votes.set(number, (votes.get(number) ?? 0) + member.weight());
    }
    let best: number | undefined;
    for (const [number, count] of votes) {
      if (best === undefined || count > (votes.get(best) ?? 0)) best = number;
    }
    return best;
  };

  return {
    withNumber: (number) => byNumber.get(number),
    settle(members) {
      const { moving, emptied } = leaving(members);
      const groups = new Map<string, Heir[]>();
      for (const heir of moving) {
        const { key } = heir.member;
        if (key === undefined) continue;
        const known = byKey.get(key);
        if (known === undefined) {
          addTo(groups, key, heir);
          continue;
        }
        emptied.delete(known);
        known.members.add(heir.member);
        heir.member.identity = known;
      }
      for (const { key, number } of emptied) {
        byKey.delete(key);
        byNumber.delete(number);
      }
      const changed = new Map<Identity, SpecialByFamily | undefined>();
      const heirless: Group[] = [];
      const enter = ({ key, heirs }: Group, number: number): void => {
        const [first] = heirs;
        if (first === undefined) return;
        const { kind, special } = first.member;
        const identity: Identity = { number, kind, key, special, members: new Set() };
        byKey.set(key, identity);
        byNumber.set(number, identity);
        for (const { member } of heirs) {
          member.identity = identity;
          identity.members.add(member);
        }
        changed.set(identity, left.get(number)?.special);
        left.delete(number);
      };
      const left = new Map([...emptied].map((identity) => [identity.number, identity]));
      for (const [key, heirs] of groups) {
        const number = inherited(heirs, left);
        if (number === undefined) heirless.push({ key, heirs });
        else enter({ key, heirs }, number);
      }
      for (const group of inOrder(heirless)) enter(group, freshNumber());
      if (groups.size > 0) hint = () => undefined;
      return {
        renumbered: moving.flatMap(({ member, number }) =>
          numberOf(member) === number ? [] : [member],
        ),
        changed,
        removed: [...left.values()],
      };
    },
  };
}

/** The kernel keeps 32 bits. */
const LAST_IDENTITY = 0xffff_ffff;

/** A member that looks for a number, and what it had. */
interface Heir {
  readonly member: Member;
  readonly was: Identity | undefined;
  readonly number: number;
}

/** Takes members whose key is another one out of their identities. */
function leaving(members: Iterable<Member>): {
  readonly moving: readonly Heir[];
  readonly emptied: Set<Identity>;
} {
  const moving: Heir[] = [];
  const emptied = new Set<Identity>();
  for (const member of members) {
    const was = member.identity;
    if (was?.key === member.key) continue;
    moving.push({ member, was, number: numberOf(member) });
    was?.members.delete(member);
    if (was?.members.size === 0) emptied.add(was);
    member.identity = undefined;
  }
  return { moving, emptied };
}

function addTo(groups: Map<string, Heir[]>, key: string, heir: Heir): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [heir]);
  else group.push(heir);
}

/** Members that are to have one number. */
interface Group {
  readonly key: string;
  readonly heirs: readonly Heir[];
}

/** Pods, then IPv4, then IPv6; by the lowest address, whose member comes first. */
function inOrder(groups: readonly Group[]): readonly Group[] {
  const ranked = groups.map(({ key, heirs }) => {
    const placed = heirs
      .map((heir) => ({ heir, lowest: heir.member.lowest() }))
      .sort((left, right) => compareAddresses(left.lowest, right.lowest));
    const lowest = placed[0]?.lowest ?? 0;
    return { key, heirs: placed.map(({ heir }) => heir), rank: rankOf(heirs), lowest };
  });
  ranked.sort(
    (left, right) => left.rank - right.rank || compareAddresses(left.lowest, right.lowest),
  );
  return ranked;
}

function rankOf([heir]: readonly Heir[]): number {
  if (heir === undefined || heir.member.kind === 'pod') return 0;
  return 1 + FAMILIES.findIndex((family) => heir.member.special[family] !== undefined);
}

/** IPv4 comes first. */
function compareAddresses(left: number | bigint, right: number | bigint): number {
  const rank = (value: number | bigint): number => (typeof value === 'number' ? 0 : 1);
  return rank(left) - rank(right) || compareParts(left, right);
}
