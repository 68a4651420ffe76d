import { FIRST_IDENTITY, type NumbersBefore, type Ruleset } from '@ringfence/dataplane';

/** Finds the numbers that peers had in a ruleset. */
export function numbersBefore(ruleset: Ruleset | undefined): NumbersBefore | undefined {
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
  return {
    highest: highestIn(ruleset, numbers.values()),
    of(member) {
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
    },
  };
}

/** Rows may be left of numbers that no address has any more. */
function highestIn({ sets, elements }: Ruleset, numbers: Iterable<number>): number {
  let highest = 0;
  for (const number of numbers) highest = Math.max(highest, number);
  for (const { name, key: fields } of sets) {
    const place = fields.indexOf('identity');
    if (place === -1) continue;
    for (const { key } of elements.get(name) ?? []) {
      const number = key[place];
      if (typeof number === 'number') highest = Math.max(highest, number);
    }
  }
  return highest;
}
