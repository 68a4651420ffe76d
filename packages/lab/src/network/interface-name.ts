import { shortHash } from './short-hash.ts';

/** The longest name that the kernel gives an interface, in bytes. */
const LONGEST = 15;

/**
 * Names an interface after what it is for, however long that is called: the same name every time,
 * and another one for everything else (96 bits of it, at least 55 of them in the name).
 */
export function interfaceName(prefix: string, key: string): string {
  return `${prefix}${shortHash(key)}`.slice(0, LONGEST);
}
