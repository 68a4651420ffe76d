import { Buffer } from 'node:buffer';
import type { Chunk } from './chunk.ts';
import { type Initiation, STATE_COOKIE } from './initiation.ts';
import type { SctpPacket } from './packet.ts';
import { MODEST } from './sctp-answer.ts';

/** How far a client is with an association that it begins. */
export interface Association {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The tag that packets to the client have to carry. */
  readonly ownTag: number;
  /** The tag that the server wants; `undefined` before its INIT ACK. */
  readonly peerTag: number | undefined;
  /** What was sent last, and is sent again when no answer comes. */
  readonly sent: SctpPacket;
}

/** What an incoming packet means to a client. */
export type Progress =
  /** Nothing: it is not of this association, or is not due. */
  | { readonly kind: 'ignored' }
  /** It goes on: there is something to send. */
  | { readonly kind: 'continued'; readonly association: Association }
  /** The server said something; the farewell is for it and the trackers in between. */
  | { readonly kind: 'answered'; readonly answer: string; readonly farewell: SctpPacket }
  | { readonly kind: 'refused' };

/** Begins an association: with INIT. */
export function beginAssociation({
  ownTag,
  ...ports
}: Pick<Association, 'sourcePort' | 'destinationPort' | 'ownTag'>): Association {
  const init = { kind: 'init', initiateTag: ownTag, initialTsn: ownTag, parameters: [] } as const;
  return {
    ...ports,
    ownTag,
    peerTag: undefined,
    sent: { ...ports, tag: 0, chunks: [{ ...init, ...MODEST }] },
  };
}

/**
 * Goes on with an association by what the server sent.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9260#section-8.5
 */
export function advance(association: Association, packet: SctpPacket): Progress {
  const { sourcePort, destinationPort, ownTag, peerTag } = association;
  if (packet.sourcePort !== destinationPort || packet.destinationPort !== sourcePort) {
    return IGNORED;
  }
  const [first, second] = packet.chunks;
  if (first?.kind === 'abort') {
    return packet.tag === (first.reflected ? peerTag : ownTag) ? { kind: 'refused' } : IGNORED;
  }
  if (packet.tag !== ownTag) return IGNORED;
  // Nothing may travel with it.
  if (first?.kind === 'initAck' && second === undefined) return echo(association, first);
  if (first?.kind !== 'cookieAck' || peerTag === undefined) return IGNORED;
  const chunks = [{ kind: 'abort', reflected: false }] as const;
  return {
    kind: 'answered',
    answer: textOf(second),
    farewell: { sourcePort, destinationPort, tag: peerTag, chunks },
  };
}

const IGNORED: Progress = { kind: 'ignored' };

/** A server that says nothing with its last chunk was reached, too. */
function textOf(chunk: Chunk | undefined): string {
  return chunk?.kind === 'data' ? Buffer.from(chunk.payload).toString().trimEnd() : '';
}

function echo(association: Association, { initiateTag, parameters }: Initiation): Progress {
  const cookie = parameters.find(({ type }) => type === STATE_COOKIE)?.value;
  // The second of two is the answer to an INIT that was sent again.
  if (association.peerTag !== undefined || cookie === undefined || initiateTag === 0) {
    return IGNORED;
  }
  const { sourcePort, destinationPort } = association;
  const chunks = [{ kind: 'cookieEcho', cookie }] as const;
  const sent = { sourcePort, destinationPort, tag: initiateTag, chunks };
  return { kind: 'continued', association: { ...association, peerTag: initiateTag, sent } };
}
