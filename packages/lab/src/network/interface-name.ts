import { createHash } from 'node:crypto';

/** The longest name that the kernel gives an interface, in bytes. */
const LONGEST = 15;

/**
 * Names an interface after what it is for, however long that is called: the same name every time,
 * and another one for everything else (96 bits of it, at least 55 of them in the name).
 */
export function interfaceName(prefix: string, key: string): string {
  const digest = createHash('sha256').update(key).digest('hex');
  return `${prefix}${BigInt(`0x${digest.slice(0, 24)}`).toString(36)}`.slice(0, LONGEST);
}
