import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';
import { type IpFamily, ipText } from '../ip-text.ts';
import { allowForeign, DOMAIN, IPPROTO_IPV6 } from './inet-family.ts';
import type { NetworkNamespace } from './namespace.ts';
import { destinationIn, encodeSource, PACKET_INFO_SPACE } from './packet-info.ts';
import { addressIn, encodeSocketAddress } from './socket-address.ts';

/** A packet that came in. */
export interface RawPacket {
  readonly from: string;
  /** Which of this side's addresses it was sent to. */
  readonly to: string;
  /** What is behind the IP header. */
  readonly bytes: Uint8Array;
}

/**
 * A socket that sends and receives all packets of one protocol and family in a namespace. It never
 * waits, and Node cannot watch it: ask `readableSockets`.
 */
export interface RawSocket {
  readonly fd: number;
  /**
   * Sends what is to be behind the IP header. Without `from` the kernel chooses the source.
   *
   * @throws {SystemError}
   */
  send(way: { readonly to: string; readonly from?: string }, bytes: Uint8Array): void;
  /** @returns `undefined` when nothing is there. @throws {SystemError} */
  receive(): RawPacket | undefined;
  close(): void;
}

const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const IPV6_RECVPKTINFO = 49;
const MSG_DONTWAIT = 0x40;

const NOTHING = new Uint8Array(0);
/** What is received goes here first: no packet is larger, and nothing waits in between. */
const SCRATCH: libc.Message = {
  address: new Uint8Array(28),
  control: new Uint8Array(PACKET_INFO_SPACE),
  data: new Uint8Array(65_536),
};

/**
 * Opens a raw socket in a namespace. Every such socket gets a copy of each packet; while there is
 * one, the kernel does not tell senders that nobody knows the protocol.
 *
 * @param options.protocol as in IP headers: 132 is SCTP.
 * @param options.foreign may send from addresses that are nobody's here.
 * @throws {SystemError}
 */
export function openRawSocket(
  namespace: NetworkNamespace,
  {
    protocol,
    family,
    foreign,
  }: { readonly protocol: number; readonly family: IpFamily; readonly foreign?: boolean },
): RawSocket {
  const fd = namespace.enter(() => libc.socket(DOMAIN[family], SOCK_RAW | SOCK_CLOEXEC, protocol));
  try {
    if (family === 'IPv6') libc.setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    if (foreign === true) allowForeign(fd, family);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return {
    fd,
    send({ to, from }, bytes) {
      const address = encodeSocketAddress({ family, address: to, port: 0 });
      const control = from === undefined ? NOTHING : encodeSource(family, from);
      libc.sendMessage(fd, { address, control, data: bytes }, MSG_DONTWAIT);
    },
    receive() {
      const message = nextMessage(fd);
      return message === undefined ? undefined : packetIn(family, message);
    },
    close: () => libc.close(fd),
  };
}

/** Those of some sockets that have something to receive. Costs one call, however many they are. */
export function readableSockets(sockets: readonly RawSocket[]): readonly RawSocket[] {
  const ready = new Set(libc.readable(sockets.map(({ fd }) => fd)));
  return sockets.filter((_, index) => ready.has(index));
}

function nextMessage(fd: number): libc.Message | undefined {
  try {
    return libc.receiveMessage(fd, SCRATCH, MSG_DONTWAIT);
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** An IPv4 socket gives the header, too; an IPv6 one says beside it what it said. */
function packetIn(family: IpFamily, { address, control, data }: libc.Message): RawPacket {
  const from = addressIn(family, address);
  if (family === 'IPv6') {
    const to = destinationIn(control);
    if (to === undefined) throw new Error('the kernel did not say where a packet was sent to');
    return { from, to, bytes: data.slice() };
  }
  const words = (data[0] ?? 0) & 0x0f;
  return { from, to: ipText(data.subarray(16, 20)), bytes: data.slice(4 * words) };
}
