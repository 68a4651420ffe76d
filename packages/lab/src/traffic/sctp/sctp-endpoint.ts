import {
  type IpFamily,
  type NetworkNamespace,
  type RawPacket,
  SystemError,
} from '@ringfence/netlink';
import { randomBytes, randomInt } from 'node:crypto';
import { type DeliveryError, deliveryErrorIn, IPPROTO_ERRORS } from './delivery-error.ts';
import type { SctpEnds } from './ends.ts';
import { encodePacket, IPPROTO_SCTP, packetIn, type SctpPacket } from './packet.ts';
import { answerTo } from './sctp-answer.ts';
import { createSharedSocket, type SharedSocket, WATCH } from './shared-socket.ts';

/** Who answers on a port. */
interface SctpListener {
  readonly name: string;
  /** Is told what goes wrong. */
  readonly onError: (error: unknown) => void;
}

/** Who begins an association, and is told what comes for it. */
interface SctpCaller {
  /** It is its turn to send. */
  begin(): void;
  received(ends: SctpEnds, packet: SctpPacket): void;
  undelivered(error: DeliveryError): void;
  failed(error: unknown): void;
}

/** A caller's line. */
interface SctpCall {
  readonly port: number;
  /** @throws {SystemError} */
  send(way: { readonly to: string; readonly from?: string }, packet: SctpPacket): void;
  end(): void;
}

/**
 * A namespace's SCTP in one family, in place of the kernel's. As long as somebody listens or calls
 * there, what comes to ports on which nobody listens is refused.
 */
interface SctpEndpoint {
  /**
   * Answers on a port, or with `every` on all that nobody else has, until what it gives is called.
   *
   * @throws {SystemError} `EADDRINUSE`, or what opening a socket throws.
   */
  listen(port: number | 'every', listener: SctpListener): () => void;
  /** Takes a port to call from: any that is free if none is said. @throws as `listen` does. */
  call(port: number | undefined, caller: SctpCaller): SctpCall;
}

/** One for all who use a namespace: two would refuse what the other one listens for. */
const ENDPOINTS = new WeakMap<NetworkNamespace, Map<IpFamily, SctpEndpoint>>();

/** The endpoint of a namespace; it is the same as long as the namespace is the same object. */
export function endpointOf(namespace: NetworkNamespace, family: IpFamily): SctpEndpoint {
  const ofNamespace = ENDPOINTS.get(namespace) ?? new Map<IpFamily, SctpEndpoint>();
  ENDPOINTS.set(namespace, ofNamespace);
  const endpoint = ofNamespace.get(family) ?? createEndpoint(namespace, family);
  ofNamespace.set(family, endpoint);
  return endpoint;
}

function createEndpoint(namespace: NetworkNamespace, family: IpFamily): SctpEndpoint {
  const key = randomBytes(32);
  const listeners: Parts['listeners'] = new Map();
  const callers: Parts['callers'] = new Map();
  const onError = (error: unknown): void => {
    for (const listener of listeners.values()) listener.onError(error);
    for (const caller of callers.values()) caller.failed(error);
  };
  const onPacket = ({ from, to, bytes }: RawPacket): void => {
    const packet = packetIn(bytes);
    if (packet === undefined || !isUnicast(to)) return;
    const { destinationPort, sourcePort } = packet;
    const ends = { local: to, localPort: destinationPort, peer: from, peerPort: sourcePort };
    answer(parts, ends, packet);
    callers.get(destinationPort)?.received(ends, packet);
  };
  const onNotice = ({ bytes }: RawPacket): void => {
    const error = deliveryErrorIn(family, bytes);
    if (error !== undefined) callers.get(error.ends.localPort)?.undelivered(error);
  };
  const open = (protocol: number, receive: (packet: RawPacket) => void): SharedSocket =>
    createSharedSocket(namespace, { protocol, family }, { onPacket: receive, onError });
  const parts = {
    key,
    listeners,
    callers,
    packets: open(IPPROTO_SCTP, onPacket),
    notices: open(IPPROTO_ERRORS[family], onNotice),
  };
  return {
    listen: (port, listener) => listen(parts, port, listener),
    call: (port, caller) => call(parts, port ?? freePort(parts), caller),
  };
}

/** What an endpoint is made of. */
interface Parts {
  /** The secret of its cookies. */
  readonly key: Uint8Array;
  readonly listeners: Map<number | 'every', SctpListener>;
  readonly callers: Map<number, SctpCaller>;
  readonly packets: SharedSocket;
  /** What could not be delivered is told here; only callers want to know. */
  readonly notices: SharedSocket;
}

function answer({ key, listeners, packets }: Parts, ends: SctpEnds, packet: SctpPacket): void {
  const listener = listeners.get(ends.localPort) ?? listeners.get('every');
  const reply = answerTo(packet, { ends, key, name: listener?.name });
  if (reply === undefined) return;
  const ports = { sourcePort: ends.localPort, destinationPort: ends.peerPort };
  try {
    packets.send({ to: ends.peer, from: ends.local }, encodePacket({ ...ports, ...reply }));
  } catch {
    // Whoever asks from where no answer leads to, as from an address of the link, gets none.
  }
}

function listen(
  { listeners, packets }: Parts,
  port: number | 'every',
  listener: SctpListener,
): () => void {
  if (listeners.has(port)) throw new SystemError('EADDRINUSE', 'listen');
  packets.use();
  listeners.set(port, listener);
  return () => {
    if (listeners.get(port) !== listener) return;
    listeners.delete(port);
    packets.leave();
  };
}

function call({ callers, packets, notices }: Parts, port: number, caller: SctpCaller): SctpCall {
  if (callers.has(port)) throw new SystemError('EADDRINUSE', 'call');
  packets.use();
  try {
    notices.use();
  } catch (error) {
    packets.leave();
    throw error;
  }
  callers.set(port, caller);
  const calm = WATCH.hurry(() => caller.begin());
  return {
    port,
    send: (way, packet) => packets.send(way, encodePacket(packet)),
    end() {
      if (callers.get(port) !== caller) return;
      callers.delete(port);
      calm();
      packets.leave();
      notices.leave();
    },
  };
}

function freePort({ callers, listeners }: Parts): number {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (!callers.has(port) && !listeners.has(port)) return port;
  }
}

/** What the kernel gives to other protocols. */
const FIRST_PORT = 32_768;
const LAST_PORT = 60_999;

/** What is sent to many is answered by nobody. */
function isUnicast(address: string): boolean {
  return address.includes(':') ? !address.startsWith('ff') : Number.parseInt(address, 10) < 224;
}
