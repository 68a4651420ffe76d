import type { Answer } from '../codec/message.ts';
import { NotificationsLost } from '../kernel-error.ts';
import type { NetworkNamespace } from '../namespaces/namespace.ts';
import { openNetfilterSocket } from '../nftables/netfilter.ts';
import type { NetlinkSocket } from '../socket.ts';
import { bindGroup, NFULNL_MSG_CONFIG } from './config.ts';
import { decodeLoggedPacket, type LoggedPacket, NFULNL_MSG_PACKET } from './packet.ts';

/** What a listener to logged packets is told. */
export type LogEvent =
  | { readonly kind: 'packet'; readonly packet: LoggedPacket }
  /** So many packets are missing between the last one and the next one. */
  | { readonly kind: 'lost'; readonly packets: number }
  /** The kernel has no room for more; how many it dropped is told by a later `lost`. */
  | { readonly kind: 'overrun' };

/** A group of logged packets that this process listens to: nobody else can. */
export interface Nflog {
  /**
   * What is logged, from the moment of opening on, until the signal aborts. Whoever stops and comes
   * back later misses nothing that the kernel had room for. One listener at a time.
   */
  events(options: { readonly signal: AbortSignal }): AsyncIterable<LogEvent>;
  /** Packets that are logged from now on are forgotten. */
  close(): void;
}

const SEQUENCES = 2 ** 32;

/**
 * Listens to the packets that rules log to a group, as in `log group 5`.
 *
 * @param of.group 0 to 65535.
 * @param of.copyBytes how much of each packet is wanted; 0 means all.
 * @throws {KernelError} with the code `EPERM` when somebody else listens to the group, too.
 */
export function openNflog(of: {
  readonly namespace?: NetworkNamespace;
  readonly group: number;
  readonly copyBytes: number;
}): Nflog {
  const socket = openNetfilterSocket(of.namespace);
  try {
    socket.request(
      { type: NFULNL_MSG_CONFIG, flags: 0, body: bindGroup(of.group, of.copyBytes) },
      { operation: 'listen to', object: `log group ${of.group}` },
    );
  } catch (error) {
    socket.close();
    throw error;
  }
  // What was logged while the group was being bound is missing too.
  const numbered = watchSequence();
  return {
    async *events({ signal }) {
      for await (const answers of datagrams(socket, signal)) {
        if (answers === undefined) yield { kind: 'overrun' };
        else yield* numbered(answers);
      }
    },
    close: () => socket.close(),
  };
}

/** The datagrams of a socket; `undefined` for those that were dropped. */
async function* datagrams(
  socket: NetlinkSocket,
  signal: AbortSignal,
): AsyncGenerator<readonly Answer[] | undefined> {
  while (!signal.aborted) {
    try {
      yield* socket.notifications({ signal });
    } catch (error) {
      if (!(error instanceof NotificationsLost)) throw error;
      yield undefined;
    }
  }
}

/** Tells packets, and before them how many are missing. */
function watchSequence(): (answers: readonly Answer[]) => Generator<LogEvent> {
  let expected = 0;
  return function* (answers) {
    for (const answer of answers) {
      if (answer.type !== NFULNL_MSG_PACKET) continue;
      const packet = decodeLoggedPacket(answer);
      if (packet.sequence !== undefined) {
        const missing = (packet.sequence - expected + SEQUENCES) % SEQUENCES;
        if (missing > 0) yield { kind: 'lost', packets: missing };
        expected = (packet.sequence + 1) % SEQUENCES;
      }
      yield { kind: 'packet', packet };
    }
  };
}
