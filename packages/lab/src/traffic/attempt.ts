import { createSocket } from 'node:dgram';
import { Socket } from 'node:net';
import { type IpFamily, type NetworkNamespace, openInetSocket } from '@ringfence/netlink';

/** What is tried: a first packet, and whether anything comes back. */
export interface Attempt {
  readonly protocol: 'TCP' | 'UDP';
  readonly family: IpFamily;
  readonly destination: string;
  readonly port: number;
  /** The address to send from; absent: the one that the namespace would choose. */
  readonly source?: string;
}

/**
 * How an attempt ended. `silent`: nothing came back in time, as when a packet is dropped. `refused`:
 * something said that nobody listens there. `broken`: it could not be tried, or not be routed.
 */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: string; readonly micros: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'broken'; readonly code: string };

/** Tries a connection out of a namespace. Never throws: what goes wrong is an outcome. */
export function attempt(
  namespace: NetworkNamespace,
  { protocol, family, destination, port, source }: Attempt,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Outcome> {
  const started = process.hrtime.bigint();
  const micros = (): number => Number((process.hrtime.bigint() - started) / 1_000n);
  return new Promise((resolve) => {
    let close = (): void => {};
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      close();
      resolve(outcome);
    };
    const timer = setTimeout(() => settle({ kind: 'silent' }), timeoutMs);
    const failed = (error: unknown): void => settle(outcomeOf(error));
    const answered = (data: Uint8Array | string): void =>
      settle({ kind: 'answered', answer: String(data).trimEnd(), micros: micros() });
    try {
      const kind = protocol === 'TCP' ? 'stream' : 'datagram';
      const from =
        source === undefined ? {} : { from: { address: source, port: 0 }, foreign: true };
      const fd = openInetSocket(namespace, { kind, family, ...from });
      if (protocol === 'TCP') {
        const socket = new Socket({ fd });
        close = (): void => void socket.destroy();
        socket.on('error', failed).once('data', answered);
        // A server that hangs up without a word was reached, too.
        socket.on('end', () => answered(''));
        // Whoever answers does so at once when it is spoken to.
        socket.connect({ host: destination, port }, () => socket.write('?\n'));
        return;
      }
      const socket = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
      close = (): void => void socket.close();
      socket.on('error', failed).once('message', answered);
      socket.bind({ fd, exclusive: true }, () => {
        // Connected, so that the kernel tells when somebody refuses.
        socket.once('connect', () => socket.send('?')).connect(port, destination);
      });
    } catch (error) {
      failed(error);
    }
  });
}

function outcomeOf(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'broken', code };
}
