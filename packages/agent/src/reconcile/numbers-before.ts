import { FIRST_IDENTITY, type Member, type Ruleset } from '@ringfence/dataplane';

/** Finds the number that most of a peer's addresses had in a ruleset. */
export function numbersBefore(
  ruleset: Ruleset | undefined,
): ((member: Member) => number | undefined) | undefined {
  if (ruleset === undefined) return undefined;
  const numbers = new Map<number | bigint, number>();
  for (const name of ['identities4', 'identities6', 'segments4', 'segments6']) {
    for (const { key, identity } of ruleset.elements.get(name) ?? []) {
      const [part] = key;
      const first = typeof part === 'object' ? part.first : part;
      if (identity === undefined || typeof first === 'string' || first === undefined) continue;
      numbers.set(first, identity);
    }
  }
  return (member) => {
    // The rest has it, too, but for those that came or went meanwhile.
    for (const pod of member.pods()) {
      for (const { value } of pod.addresses) {
        const number = numbers.get(value);
        if (number !== undefined && number >= FIRST_IDENTITY) return number;
      }
    }
    for (const { first } of member.ranges()) {
      const number = numbers.get(first);
      if (number !== undefined && number >= FIRST_IDENTITY) return number;
    }
    return undefined;
  };
}
