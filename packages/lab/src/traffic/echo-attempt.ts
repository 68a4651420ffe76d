import { waitPatiently } from './patience.ts';
import { randomBytes } from 'node:crypto';
import { type IpFamily, type NetworkNamespace, openRawSocket } from '@ringfence/netlink';
import type { Outcome } from './outcome.ts';
import { WATCH } from './sctp/shared-socket.ts';

/** What is tried: an echo request, which every kernel answers for its addresses. */
export interface EchoAttempt {
  readonly family: IpFamily;
  readonly destination: string;
  /** The address to send from; absent: the one that the namespace would choose. */
  readonly source?: string;
}

interface Echo {
  /** As in IP headers. */
  readonly protocol: number;
  readonly request: number;
  readonly reply: number;
}

const ECHO: Readonly<Record<IpFamily, Echo>> = {
  IPv4: { protocol: 1, request: 8, reply: 0 },
  IPv6: { protocol: 58, request: 128, reply: 129 },
};
const HEADER_BYTES = 8;
/** By these a reply is known for ours; no other request has them. */
const TOKEN_BYTES = 16;

/**
 * Asks for an echo (ICMP, ICMPv6), as `ping` does: what has no ports is tried with it. One that is
 * lost is sent once more, at half of the time. Never throws: what goes wrong is an outcome.
 */
export function attemptEcho(
  namespace: NetworkNamespace,
  { family, destination, source }: EchoAttempt,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Outcome> {
  const { protocol, request, reply } = ECHO[family];
  const token = randomBytes(TOKEN_BYTES);
  const packet = echoPacket(family, request, token);
  const way = { to: destination, ...(source === undefined ? {} : { from: source }) };
  return new Promise((resolve) => {
    const started = process.hrtime.bigint();
    const leave: (() => void)[] = [];
    const settle = (outcome: Outcome): void => {
      for (const each of leave.splice(0)) each();
      resolve(outcome);
    };
    const attemptTo = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        settle(brokenBy(error));
      }
    };
    const after = (ms: number, work: () => void): void => {
      leave.push(waitPatiently(ms, work));
    };
    attemptTo(() => {
      const socket = openRawSocket(namespace, { protocol, family, foreign: source !== undefined });
      leave.push(() => socket.close());
      const receive = (): void => {
        for (let got = socket.receive(); got !== undefined; got = socket.receive()) {
          if (got.bytes[0] !== reply || !token.equals(got.bytes.subarray(HEADER_BYTES))) continue;
          const micros = Number((process.hrtime.bigint() - started) / 1_000n);
          settle({ kind: 'answered', answer: '', micros });
          return;
        }
      };
      WATCH.add(socket, () => attemptTo(receive));
      leave.unshift(() => WATCH.remove(socket));
      const send = (): void => attemptTo(() => socket.send(way, packet));
      leave.unshift(WATCH.hurry(send));
      after(timeoutMs / 2, send);
      after(timeoutMs, () => settle({ kind: 'silent' }));
    });
  });
}

/** ICMPv6's sum is written by the kernel, which knows the addresses that are part of it. */
function echoPacket(family: IpFamily, type: number, token: Uint8Array): Uint8Array {
  const packet = Buffer.alloc(HEADER_BYTES + token.length);
  packet[0] = type;
  // The identifier is any; the token tells replies apart.
  packet.set(token.subarray(0, 2), 4);
  packet.set(token, HEADER_BYTES);
  if (family === 'IPv4') packet.writeUInt16BE(internetChecksum(packet), 2);
  return packet;
}

/** The sum of RFC 1071 over an even number of bytes, of which those of the sum are zero. */
function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2) sum += bytes.readUInt16BE(index);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function brokenBy(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { kind: 'broken', code };
}
