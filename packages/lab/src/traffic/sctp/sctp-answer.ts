import { Buffer } from 'node:buffer';
import type { Chunk } from './chunk.ts';
import type { SctpEnds } from './ends.ts';
import { type Initiation, STATE_COOKIE } from './initiation.ts';
import type { SctpPacket } from './packet.ts';
import { cookieStateIn, makeCookie } from './state-cookie.ts';

/** What a server sends back: a tag and chunks. */
type SctpReply = Pick<SctpPacket, 'tag' | 'chunks'>;

/** What both sides say of themselves, who want no more than to say a name. */
export const MODEST: Pick<Initiation, 'window' | 'outboundStreams' | 'inboundStreams'> = {
  window: 65_536,
  outboundStreams: 1,
  inboundStreams: 1,
};

/**
 * What a server says to a packet that begins an association; nothing to all others. It remembers
 * nothing: what it has to know comes back in the cookie.
 *
 * @param options.name whoever answers on the port; `undefined` where nobody does: that is refused.
 * @see https://www.rfc-editor.org/rfc/rfc9260#section-5.1
 */
export function answerTo(
  packet: SctpPacket,
  {
    ends,
    key,
    name,
  }: {
    readonly ends: SctpEnds;
    readonly key: Uint8Array;
    readonly name: string | undefined;
  },
): SctpReply | undefined {
  const [first, ...others] = packet.chunks;
  if (first?.kind === 'init') {
    // Nothing may travel with it, and its sender knows no tag yet.
    if (others.length > 0 || packet.tag !== 0 || first.initiateTag === 0) return undefined;
    const tag = first.initiateTag;
    if (name === undefined) return { tag, chunks: [{ kind: 'abort', reflected: false }] };
    return { tag, chunks: [acknowledgement(key, ends, tag)] };
  }
  if (first?.kind !== 'cookieEcho') return undefined;
  const state = cookieStateIn(key, ends, first.cookie);
  if (state === undefined || state.serverTag !== packet.tag) return undefined;
  const tag = state.clientTag;
  if (name === undefined) return { tag, chunks: [{ kind: 'abort', reflected: false }] };
  const payload = Buffer.from(`${name}\n`);
  return { tag, chunks: [{ kind: 'cookieAck' }, { kind: 'data', tsn: state.serverTag, payload }] };
}

function acknowledgement(key: Uint8Array, ends: SctpEnds, clientTag: number): Chunk {
  const { serverTag, cookie } = makeCookie(key, ends, clientTag);
  return {
    kind: 'initAck',
    ...MODEST,
    initiateTag: serverTag,
    // Any number will do; one that follows from the client's packet need not be remembered.
    initialTsn: serverTag,
    parameters: [{ type: STATE_COOKIE, value: cookie }],
  };
}
