import {
  type Allowance,
  type Family,
  intersectPorts,
  type PortSet,
  portSetKey,
  type Reach,
  type ReachEnd,
} from '@ringfence/core';

/** What one end may send another. Equal answers of one matrix are one object. */
export type Answer =
  /** They have no address family in common. */
  | { readonly kind: 'apart' }
  /** The families agree, or they have only one in common. */
  | { readonly kind: 'same'; readonly allow: Allowance }
  | { readonly kind: 'byFamily'; readonly IPv4: Allowance; readonly IPv6: Allowance };

/** Answers for a pair of ends. */
export type Ask = (from: ReachEnd, to: ReachEnd) => Answer;

const APART: Answer = { kind: 'apart' };

/** Asks about nothing but the traffic `within`. */
export function answersIn(reach: Reach, within: PortSet): Ask {
  const narrowed = narrowing(within);
  const same = new Map<Allowance, Answer>();
  const byFamily = new Map<Allowance, Map<Allowance, Answer>>();
  const ask = (from: ReachEnd, to: ReachEnd, family: Family): Allowance =>
    narrowed(reach.allowed(from, to, family));
  return (from, to) => {
    const [first, second] = commonFamilies(from, to);
    if (first === undefined) return APART;
    const allow = ask(from, to, first);
    const other = second === undefined ? allow : ask(from, to, second);
    if (allow === other) return remembered(same, allow, () => ({ kind: 'same', allow }));
    const answers = remembered(byFamily, allow, () => new Map<Allowance, Answer>());
    return remembered(answers, other, () => ({ kind: 'byFamily', IPv4: allow, IPv6: other }));
  };
}

/** Cuts allowances down to what is asked about; equal ones stay one object. */
function narrowing(within: PortSet): (allowance: Allowance) => Allowance {
  const cuts = new Map<Allowance, Allowance>();
  const byKey = new Map<string, Allowance>();
  return (allowance) =>
    remembered(cuts, allowance, () => {
      const allowed = intersectPorts(allowance.allowed, within);
      const unknown = intersectPorts(allowance.unknown, within);
      const key = `${portSetKey(allowed)}?${portSetKey(unknown)}`;
      return remembered(byKey, key, () => ({ allowed, unknown }));
    });
}

function remembered<K, V>(values: Map<K, V>, key: K, make: () => V): V {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  values.set(key, made);
  return made;
}

function commonFamilies(from: ReachEnd, to: ReachEnd): readonly Family[] {
  const right = familiesOf(to);
  return familiesOf(from).filter((family) => right.includes(family));
}

/** The families in which an end has addresses, in the order of `FAMILIES`. */
export function familiesOf(end: ReachEnd): readonly Family[] {
  if (end.kind === 'pods') return end.families;
  // Blocks come in that order, too.
  const first = end.cidrs[0]?.family;
  const last = end.cidrs.at(-1)?.family;
  if (first === undefined || last === undefined) return [];
  return first === last ? [first] : [first, last];
}
