import { createHmac, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { SctpEnds } from './ends.ts';

/** What a state cookie says. */
interface CookieState {
  /** The tag that packets to the client carry. */
  readonly clientTag: number;
  /** The tag that the client's packets carry. */
  readonly serverTag: number;
  readonly cookie: Uint8Array;
}

const TAG = 4;

/**
 * The whole state of an association on the server's side, for the client to keep. It is made of
 * nothing but what the client said, so that a repeated INIT gets the same one; who does not know the
 * key cannot make it, so that it proves that its sender received it.
 *
 * @param key is the server's secret.
 */
export function makeCookie(key: Uint8Array, ends: SctpEnds, clientTag: number): CookieState {
  const text = [ends.local, ends.localPort, ends.peer, ends.peerPort, clientTag].join(' ');
  const proof = createHmac('sha256', key).update(text).digest();
  const cookie = Buffer.alloc(TAG + proof.length);
  cookie.writeUInt32BE(clientTag, 0);
  cookie.set(proof, TAG);
  const tagProof = createHmac('sha256', key).update(`tag ${text}`).digest();
  // Zero is no tag.
  return { clientTag, serverTag: tagProof.readUInt32BE(0) || 1, cookie };
}

/** Reads a cookie that comes back; `undefined` when it is none of these ends. Total. */
export function cookieStateIn(
  key: Uint8Array,
  ends: SctpEnds,
  cookie: Uint8Array,
): CookieState | undefined {
  if (cookie.length < TAG) return undefined;
  const state = makeCookie(key, ends, Buffer.from(cookie).readUInt32BE(0));
  if (state.cookie.length !== cookie.length) return undefined;
  return timingSafeEqual(state.cookie, cookie) ? state : undefined;
}
