import { MalformedAnswer } from '../kernel-error.ts';

/** What packets a table sees; `inet` sees both kinds of IP. */
export type Family = 'inet' | 'ip' | 'ip6' | 'bridge' | 'netdev' | 'arp';

/** As `NFPROTO_INET` and so on. */
const NUMBERS = { inet: 1, ip: 2, arp: 3, netdev: 5, bridge: 7, ip6: 10 } as const;

const NAMES: ReadonlyMap<number, Family> = new Map([
  [1, 'inet'],
  [2, 'ip'],
  [3, 'arp'],
  [5, 'netdev'],
  [7, 'bridge'],
  [10, 'ip6'],
]);

/** In requests: every family. */
export const NFPROTO_UNSPEC = 0;

/** The number that stands for a family. */
export function familyNumber(family: Family): number {
  return NUMBERS[family];
}

/** The family that a number stands for. */
export function familyOf(number: number): Family {
  const family = NAMES.get(number);
  if (family === undefined) throw new MalformedAnswer(`there is no family ${number}`);
  return family;
}
