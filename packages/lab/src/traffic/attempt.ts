import { createSocket } from 'node:dgram';
import { Socket } from 'node:net';
import { type IpFamily, type NetworkNamespace, openInetSocket } from '@ringfence/netlink';
import type { Outcome } from './outcome.ts';
import { waitPatiently } from './patience.ts';
import { attemptSctp } from './sctp/sctp-attempt.ts';

/** What is tried: a first packet, and whether anything comes back. */
export interface Attempt {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly family: IpFamily;
  readonly destination: string;
  readonly port: number;
  /** The address to send from; absent: the one that the namespace would choose. */
  readonly source?: string;
}

/** Tries a connection out of a namespace. Never throws: what goes wrong is an outcome. */
export function attempt(
  namespace: NetworkNamespace,
  tried: Attempt,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Outcome> {
  if (tried.protocol === 'SCTP') return attemptSctp(namespace, tried, { timeoutMs });
  const begin = tried.protocol === 'TCP' ? beginTcp : beginUdp;
  const started = process.hrtime.bigint();
  return new Promise((resolve) => {
    let client: Client | undefined;
    const settle = (outcome: Outcome): void => {
      end();
      client?.close();
      resolve(outcome);
    };
    const end = waitPatiently(timeoutMs, () => settle({ kind: 'silent' }));
    try {
      client = begin(openClient(namespace, tried), tried, {
        timeoutMs,
        failed: (error) => settle(outcomeOf(error)),
        answered(data) {
          const micros = Number((process.hrtime.bigint() - started) / 1_000n);
          settle({ kind: 'answered', answer: String(data).trimEnd(), micros });
        },
      });
    } catch (error) {
      settle(outcomeOf(error));
    }
  });
}

const DNS_PORT = 53;
/** A name server answers questions only: who serves the root? (RFC 1035: header, name, NS, IN) */
const DNS_QUERY: Uint8Array = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1);

/** A client that waits for an answer. */
interface Client {
  close(): void;
}

/** What a client tells. */
interface Waiting {
  readonly timeoutMs: number;
  readonly answered: (data: Uint8Array | string) => void;
  readonly failed: (error: unknown) => void;
}

function openClient(namespace: NetworkNamespace, { protocol, family, source }: Attempt): number {
  const kind = protocol === 'TCP' ? 'stream' : 'datagram';
  const from = source === undefined ? {} : { from: { address: source, port: 0 }, foreign: true };
  return openInetSocket(namespace, { kind, family, ...from });
}

function beginTcp(
  fd: number,
  { destination, port }: Attempt,
  { answered, failed }: Waiting,
): Client {
  const socket = new Socket({ fd });
  socket.on('error', failed).once('data', answered);
  // A server that hangs up without a word was reached, too.
  socket.on('end', () => answered(''));
  // Whoever answers does so at once when it is spoken to.
  socket.connect({ host: destination, port }, () => socket.write('?\n'));
  return { close: () => socket.destroy() };
}

function beginUdp(
  fd: number,
  { family, destination, port }: Attempt,
  { timeoutMs, answered, failed }: Waiting,
): Client {
  const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  const words = port === DNS_PORT ? DNS_QUERY : '?';
  let again: NodeJS.Timeout | undefined;
  socket.on('error', failed).once('message', answered);
  socket.bind({ fd, exclusive: true }, () => {
    const send = (): void => socket.send(words);
    // Connected, so that the kernel tells when somebody refuses.
    socket.once('connect', () => {
      send();
      // One that is lost is not denied.
      again = setTimeout(send, timeoutMs / 2);
    });
    socket.connect(port, destination);
  });
  return {
    close() {
      clearTimeout(again);
      socket.close();
    },
  };
}

function outcomeOf(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'broken', code };
}
