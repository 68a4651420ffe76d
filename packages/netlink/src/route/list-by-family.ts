import type { Buffer } from 'node:buffer';
import type { Answer } from '../codec/message.ts';
import { KernelError } from '../kernel-error.ts';
import type { NetlinkSocket } from '../socket.ts';
import type { IpFamily } from '../ip-text.ts';
import { familyNumber, IP_FAMILIES } from './rtnetlink.ts';

/** Lists objects that have a family: those of IPv4, then those of IPv6. */
export function listByFamily<T extends { readonly family: IpFamily }>(
  socket: NetlinkSocket,
  list: {
    readonly type: number;
    /** What is listed, in words. */
    readonly object: string;
    readonly body: (family: number) => Buffer;
    readonly decode: (answer: Answer) => T | undefined;
    /** Whether what is listed may not be there at all: then the list is empty. */
    readonly optional?: boolean;
  },
): readonly T[] {
  const dump = (family: IpFamily): readonly Answer[] => {
    const request = { type: list.type, flags: 0, body: list.body(familyNumber(family)) };
    try {
      return socket.dump(request, { operation: 'list', object: list.object });
    } catch (error) {
      const absent = error instanceof KernelError && error.code === 'ENOENT';
      if (list.optional === true && absent) return [];
      throw error;
    }
  };
  return IP_FAMILIES.flatMap((family) =>
    dump(family)
      .map(list.decode)
      .filter((item) => item !== undefined)
      // A kernel without IPv6, asked for it, tells of all families that it has.
      .filter((item) => item.family === family),
  );
}
