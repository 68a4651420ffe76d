import { Buffer } from 'node:buffer';
import type { Change, SetElement, SetReference } from '@ringfence/netlink';

/** Something that only one can have, and the elements that come with it. */
export interface ElementClaim {
  readonly name: string;
  readonly elements: readonly ClaimedElement[];
}

/** An element and its set. */
interface ClaimedElement {
  readonly set: SetReference;
  readonly element: Pick<SetElement, 'key' | 'data' | 'comment'>;
}

/**
 * Who claims what: its elements are there as long as somebody claims it. Where several do, the first
 * by name has it, so that the order of events does not matter.
 */
export interface ElementClaims {
  /**
   * Puts what one claims in the place of what it claimed before.
   *
   * @returns what must be changed for that.
   */
  replace(owner: string, claims: readonly ElementClaim[]): readonly Change[];
}

/** Makes a collection in which nobody claims anything. */
export function createElementClaims(): ElementClaims {
  const claimed = new Map<string, Map<string, ElementClaim>>();
  const held = new Map<string, ReadonlyMap<string, ElementClaim>>();
  return {
    replace(owner, claims) {
      const before = held.get(owner) ?? new Map<string, ElementClaim>();
      const after = new Map(claims.map((claim) => [claim.name, claim]));
      const [gone, fresh]: [ClaimedElement[], ClaimedElement[]] = [[], []];
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        const by = claimed.get(name) ?? new Map<string, ElementClaim>();
        claimed.set(name, by);
        gone.push(...winnerOf(by));
        const claim = after.get(name);
        if (claim === undefined) by.delete(owner);
        else by.set(owner, claim);
        fresh.push(...winnerOf(by));
        if (by.size === 0) claimed.delete(name);
      }
      if (after.size === 0) held.delete(owner);
      else held.set(owner, after);
      return changesBetween(gone, fresh);
    },
  };
}

/** The elements that are there: the first claimant's. */
function winnerOf(by: ReadonlyMap<string, ElementClaim>): readonly ClaimedElement[] {
  let first: string | undefined;
  for (const owner of by.keys()) if (first === undefined || owner < first) first = owner;
  return first === undefined ? [] : (by.get(first)?.elements ?? []);
}

/** What is in both with the same data is not touched. */
function changesBetween(
  gone: readonly ClaimedElement[],
  fresh: readonly ClaimedElement[],
): readonly Change[] {
  const old = new Map(gone.map((each) => [elementText(each), each]));
  const now = new Map(fresh.map((each) => [elementText(each), each]));
  const sets = new Map<string, { set: SetReference; out: SetElement[]; in: SetElement[] }>();
  const of = ({ set }: ClaimedElement): Record<'out' | 'in', SetElement[]> => {
    const own = sets.get(set.name) ?? { set, out: [], in: [] };
    sets.set(set.name, own);
    return own;
  };
  for (const [text, each] of old) if (!now.has(text)) of(each).out.push({ key: each.element.key });
  for (const [text, each] of now) if (!old.has(text)) of(each).in.push(each.element);
  return [...sets.values()].flatMap((each): readonly Change[] => [
    { kind: 'deleteElements', set: each.set, elements: each.out },
    { kind: 'addElements', set: each.set, elements: each.in },
  ]);
}

function elementText({ set, element }: ClaimedElement): string {
  const { key, data, comment = '' } = element;
  return `${set.name} ${hex(key)} ${data instanceof Uint8Array ? hex(data) : ''} ${comment}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
