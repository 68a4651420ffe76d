import { readFileSync } from 'node:fs';
import type { World } from '../world.ts';

/** What stands before a program so that it may make network namespaces. */
export interface Privilege {
  /** Whether it is root in a user namespace of its own only. */
  readonly rootless: boolean;
  readonly before: readonly string[];
}

const CAP_NET_ADMIN = 12n;
const CAP_SYS_ADMIN = 21n;

/** util-linux' `unshare`: a running Node cannot give itself a user namespace. */
const UNSHARE = ['unshare', '--user', '--map-root-user', '--net', '--mount', '--uts', '--'];

/** Finds out what this process has to do so that a child may make network namespaces. */
export function privilege(): Privilege {
  const held = heldCapabilities();
  const has = (capability: bigint): boolean => ((held >> capability) & 1n) === 1n;
  return has(CAP_NET_ADMIN) && has(CAP_SYS_ADMIN)
    ? { rootless: false, before: [] }
    : { rootless: true, before: UNSHARE };
}

/** Starts the same command again where it may make network namespaces. */
export function becomeRoot({ become, self, args, env }: World): number {
  const [program = '', ...rest] = [...UNSHARE, ...self, ...args];
  return become(program, rest, env);
}

function heldCapabilities(): bigint {
  const status = readFileSync('/proc/self/status', 'utf8');
  const hexadecimal = /^CapEff:\s*([0-9a-f]+)$/mu.exec(status)?.[1] ?? '0';
  return BigInt(`0x${hexadecimal}`);
}
