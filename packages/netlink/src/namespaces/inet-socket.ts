import { Buffer } from 'node:buffer';
import * as libc from '../ffi/libc.ts';
import { ipBytes, type IpFamily } from '../ip-text.ts';
import type { NetworkNamespace } from './namespace.ts';

/** Where a socket sends from or listens. */
export interface SocketAddress {
  readonly family: IpFamily;
  /** `0.0.0.0` and `::` are every address of the namespace. */
  readonly address: string;
  /** 0..65535; 0 lets the kernel choose. */
  readonly port: number;
}

export type SocketKind = 'stream' | 'datagram';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK: Readonly<Record<SocketKind, number>> = { stream: 1, datagram: 2 };
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SOL_IP = 0;
const IP_TRANSPARENT = 19;
const IPPROTO_IPV6 = 41;
const IPV6_TRANSPARENT = 75;
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
  const domain = family === 'IPv4' ? AF_INET : AF_INET6;
  const fd = namespace.enter(() => libc.socket(domain, SOCK[kind] | SOCK_CLOEXEC, 0));
  try {
    if (family === 'IPv6') libc.setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (foreign === true) {
      const [level, name] =
        family === 'IPv4' ? [SOL_IP, IP_TRANSPARENT] : [IPPROTO_IPV6, IPV6_TRANSPARENT];
      libc.setOption(fd, level, name, 1);
    }
    if (from !== undefined) {
      if (kind === 'stream') libc.setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
      libc.bind(fd, sockaddr({ family, ...from }));
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

/** `struct sockaddr_in` and `struct sockaddr_in6`: the port in network order. */
function sockaddr({ family, address, port }: SocketAddress): Uint8Array {
  const bytes = Buffer.alloc(family === 'IPv4' ? 16 : 28);
  bytes.writeUInt16LE(family === 'IPv4' ? AF_INET : AF_INET6, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(ipBytes(address), family === 'IPv4' ? 4 : 8);
  return bytes;
}
