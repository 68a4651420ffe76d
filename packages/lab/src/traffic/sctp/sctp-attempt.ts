import { type IpFamily, ipBytes, ipText, type NetworkNamespace } from '@ringfence/netlink';
import { randomInt } from 'node:crypto';
import { unreachable } from '@ringfence/core';
import { waitPatiently } from '../patience.ts';
import type { Outcome } from '../outcome.ts';
import { advance, beginAssociation, type Progress } from './association.ts';
import type { SctpEnds } from './ends.ts';
import { endpointOf } from './sctp-endpoint.ts';

/** What is tried: an association with a port. */
export interface SctpAttempt {
  readonly family: IpFamily;
  readonly destination: string;
  readonly port: number;
  /** The address to send from; absent: the one that the namespace would choose. */
  readonly source?: string;
  /** Absent: any that is free. */
  readonly sourcePort?: number;
}

/**
 * Tries an association out of a namespace: it is answered when the server has acknowledged the
 * cookie, and is given up then. What is lost is sent once more, at half of the time. Never throws:
 * what goes wrong is an outcome.
 *
 * Of many at once each waits for its turn; its time begins then.
 */
export function attemptSctp(
  namespace: NetworkNamespace,
  attempt: SctpAttempt,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<Outcome> {
  return new Promise((resolve) => {
    let started = 0n;
    let waits: readonly (() => void)[] = [];
    let client: Client | undefined;
    const settle = (ended: Ended): void => {
      const micros = Number((process.hrtime.bigint() - started) / 1_000n);
      for (const end of waits) end();
      client?.end();
      resolve(ended.kind === 'answered' ? { ...ended, micros } : ended);
    };
    const begin = (send: () => void): void => {
      started = process.hrtime.bigint();
      waits = [
        waitPatiently(timeoutMs / 2, send),
        waitPatiently(timeoutMs, () => settle({ kind: 'silent' })),
      ];
      send();
    };
    try {
      client = openClient(namespace, attempt, { begin, settle });
    } catch (error) {
      settle(broken(error));
    }
  });
}

/** How an attempt ended, but for the time that it took. */
type Ended =
  | Exclude<Outcome, { readonly kind: 'answered' }>
  | { readonly kind: 'answered'; readonly answer: string };

/** One side of an association. */
interface Client {
  end(): void;
}

/** What a client tells. */
interface Progressing {
  /** It is its turn to send what is due: now, and again when nothing comes. */
  readonly begin: (send: () => void) => void;
  readonly settle: (ended: Ended) => void;
}

/** @throws {SystemError} */
function openClient(
  namespace: NetworkNamespace,
  { family, destination, port, source, sourcePort }: SctpAttempt,
  { begin, settle }: Progressing,
): Client {
  const way = { to: destination, ...(source === undefined ? {} : { from: source }) };
  const peer = canonical(destination);
  const local = source === undefined ? undefined : canonical(source);
  const isOurs = (ends: SctpEnds): boolean =>
    ends.peer === peer && ends.peerPort === port && (local ?? ends.local) === ends.local;
  const call = endpointOf(namespace, family).call(sourcePort, {
    begin: () => begin(send),
    failed: (error) => settle(broken(error)),
    received(ends, packet) {
      if (isOurs(ends)) follow(advance(association, packet));
    },
    undelivered({ ends, tag, code }) {
      if (!isOurs(ends) || tag !== association.sent.tag) return;
      settle(code === 'ECONNREFUSED' ? { kind: 'refused' } : { kind: 'broken', code });
    },
  });
  const ports = { sourcePort: call.port, destinationPort: port };
  let association = beginAssociation({ ...ports, ownTag: randomInt(1, 2 ** 32) });

  const send = (): void => {
    try {
      call.send(way, association.sent);
    } catch (error) {
      settle(broken(error));
    }
  };
  const follow = (progress: Progress): void => {
    switch (progress.kind) {
      case 'ignored':
        return;
      case 'continued':
        association = progress.association;
        send();
        return;
      case 'answered':
        try {
          call.send(way, progress.farewell);
        } catch {
          // It was reached, whether or not it hears that this was all.
        }
        settle({ kind: 'answered', answer: progress.answer });
        return;
      case 'refused':
        settle({ kind: 'refused' });
        return;
      default:
        unreachable(progress);
    }
  };
  return { end: call.end };
}

/** The one form in which packets say it, too. */
function canonical(address: string): string {
  return ipText(ipBytes(address));
}

function broken(error: unknown): Ended {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { kind: 'broken', code };
}
