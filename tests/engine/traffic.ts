import { PROTOCOLS } from '@ringfence/core';
import { PORTS } from './objects.arbitrary.ts';

/** Every port next to which a rule's range can begin or end, and what has no ports. */
export const TRAFFIC = [
  { protocol: 'other' as const, port: 0 },
  ...PROTOCOLS.flatMap((protocol) =>
    [...new Set(PORTS.flatMap((port) => [port - 1, port, port + 1]))]
      .filter((port) => port >= 1 && port <= 65_535)
      .map((port) => ({ protocol, port })),
  ),
];

/** One in `share` of them, others at other turns. */
export function someOf<T>(all: readonly T[], turn: number, share: number): readonly T[] {
  return all.filter((_, index) => index % share === turn % share);
}
