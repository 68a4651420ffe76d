import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';

/** What a client may do, so that none holds more than its share. */
export interface TcpLimits {
  /** How long a client may take for one query, or for reading its answers. */
  readonly idleMs: number;
  /** The longest query. */
  readonly mostBytes: number;
}

const PREFIX_BYTES = 2;

/**
 * Answers the queries of one TCP client, one after the other, each with its length before it
 * (RFC 1035, 4.2.2). What cannot be answered ends the connection, and so does a client that is
 * slower than the limits allow: bytes that complete no query win no time.
 */
export function serveTcpClient(
  client: Socket,
  answer: (query: Uint8Array) => Uint8Array | undefined,
  { idleMs, mostBytes }: TcpLimits,
): void {
  let pending = Buffer.alloc(0);
  const deadline = setTimeout(() => client.destroy(), idleMs);

  /** Stops while the client does not read: unread answers would pile up here. */
  const serve = (): void => {
    while (pending.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + pending.readUInt16BE(0);
      if (end - PREFIX_BYTES > mostBytes) return void client.destroy();
      if (pending.length < end) break;
      const response = answer(pending.subarray(PREFIX_BYTES, end));
      if (response === undefined) return void client.destroy();
      pending = pending.subarray(end);
      deadline.refresh();
      if (!client.write(framed(response))) return void client.pause();
    }
    client.resume();
  };

  client.on('data', (data: Buffer) => {
    pending = Buffer.concat([pending, data]);
    serve();
  });
  client.on('drain', serve);
  // A client that vanished is nobody's trouble.
  client.on('error', () => client.destroy());
  client.on('close', () => clearTimeout(deadline));
}

/** One piece, so that both go in one packet. */
function framed(response: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + response.length);
  frame.writeUInt16BE(response.length, 0);
  frame.set(response, PREFIX_BYTES);
  return frame;
}
