import * as libc from '../ffi/libc.ts';
import type { IpFamily } from '../ip-text.ts';
import { allowForeign, DOMAIN, IPPROTO_IPV6 } from './inet-family.ts';
import type { NetworkNamespace } from './namespace.ts';
import { encodeSocketAddress } from './socket-address.ts';

/** Where a socket sends from or listens. */
export interface SocketAddress {
  readonly family: IpFamily;
  /** `0.0.0.0` and `::` are every address of the namespace. */
  readonly address: string;
  /** 0..65535; 0 lets the kernel choose. */
  readonly port: number;
}

export type SocketKind = 'stream' | 'datagram';

const SOCK: Readonly<Record<SocketKind, number>> = { stream: 1, datagram: 2 };
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPV6_V6ONLY = 26;
const BACKLOG = 511;

/**
 * Opens a TCP or UDP socket in a namespace, bound where `from` says. It stays there, whoever uses
 * it: `net.Socket`, `dgram` and servers take the descriptor, and own it from then on.
 *
 * @throws {SystemError}
 */
export function openInetSocket(
  namespace: NetworkNamespace,
  {
    kind,
    family,
    from,
    foreign,
  }: {
    readonly kind: SocketKind;
    readonly family: IpFamily;
    readonly from?: Omit<SocketAddress, 'family'>;
    /** May have addresses that are nobody's here: of whatever is routed to this namespace. */
    readonly foreign?: boolean;
  },
): number {
  const fd = namespace.enter(() => libc.socket(DOMAIN[family], SOCK[kind] | SOCK_CLOEXEC, 0));
  try {
    if (family === 'IPv6') libc.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (foreign === true) allowForeign(fd, family);
    if (from !== undefined) {
      if (kind === 'stream') libc.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      libc.bind(fd, encodeSocketAddress({ family, ...from }));
    }
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return fd;
}

/** Opens a TCP socket in a namespace that accepts connections. @throws {SystemError} */
export function openListener(namespace: NetworkNamespace, at: SocketAddress): number {
  const fd = openInetSocket(namespace, { kind: 'stream', family: at.family, from: at });
  try {
    libc.listen(fd, BACKLOG);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return fd;
}
