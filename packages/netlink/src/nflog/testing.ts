import { createSocket, type Socket } from 'node:dgram';
import { makeNamespace, type NetworkNamespace } from '../namespaces/namespace.ts';
import { openInetSocket } from '../namespaces/inet-socket.ts';
import type { Hook } from '../nftables/hook.ts';
import { commit } from '../nftables/commit.ts';
import type { Expression } from '../nftables/expressions/expression.ts';
import { openNetfilterSocket } from '../nftables/netfilter.ts';
import type { IpFamily } from '../ip-text.ts';
import { openRouteSocket } from '../route/rtnetlink.ts';
import { setLink } from '../route/set-link.ts';
import type { NetlinkSocket } from '../socket.ts';

/** A network namespace of a test's own, whose loopback is up. */
export interface TestLoopback {
  readonly namespace: NetworkNamespace;
  /** To netfilter. */
  readonly socket: NetlinkSocket;
  /** Makes a rule that all packets meet at a hook; earlier rules of that hook come first. */
  addRule(hook: Hook, ...expressions: readonly Expression[]): void;
  /** Opens a UDP socket; it is closed with the network. */
  udp(family: IpFamily): Promise<UdpSocket>;
  close(): void;
}

/** A UDP socket on the loopback address. */
export interface UdpSocket {
  readonly port: number;
  /** Resolves when it has left. */
  send(payload: Uint8Array | string, port: number): Promise<void>;
  /** The next payload that comes. */
  receive(): Promise<Buffer>;
}

const TABLE = { family: 'inet', name: 'test' } as const;
const LOOPBACK_INDEX = 1;
/** Before other chains, for zones; yet behind those that bring fragments together. */
const PRIORITY = -300;

/** Makes a network; whoever makes one closes it. */
export function openTestLoopback(): TestLoopback {
  const namespace = makeNamespace();
  const route = openRouteSocket(namespace);
  setLink(route, LOOPBACK_INDEX, { up: true });
  route.close();
  const socket = openNetfilterSocket(namespace);
  const opened: Socket[] = [];
  return {
    namespace,
    socket,
    addRule(hook, ...expressions) {
      const flags = { dormant: false, owner: false, persist: false };
      const base = {
        type: 'filter',
        policy: 'accept',
        hook,
        priority: PRIORITY,
        devices: [],
      } as const;
      const rule = {
        family: TABLE.family,
        table: TABLE.name,
        chain: hook,
        comment: '',
        expressions,
      };
      commit(socket, [
        { kind: 'addTable', table: { ...TABLE, flags } },
        { kind: 'addChain', chain: { family: TABLE.family, table: TABLE.name, name: hook, base } },
        { kind: 'addRule', rule, at: { kind: 'last' } },
      ]);
    },
    async udp(family) {
      const udp = await openUdp(namespace, family);
      opened.push(udp);
      return udpSocket(udp, family);
    },
    close() {
      for (const each of opened) each.close();
      socket.close();
      namespace.close();
    },
  };
}

function loopbackAddress(family: IpFamily): string {
  return family === 'IPv4' ? '127.0.0.1' : '::1';
}

async function openUdp(namespace: NetworkNamespace, family: IpFamily): Promise<Socket> {
  const from = { address: loopbackAddress(family), port: 0 };
  const fd = openInetSocket(namespace, { kind: 'datagram', family, from });
  const udp = createSocket(family === 'IPv4' ? 'udp4' : 'udp6');
  await new Promise<void>((resolve) => udp.bind({ fd }, resolve));
  return udp;
}

function udpSocket(udp: Socket, family: IpFamily): UdpSocket {
  return {
    port: udp.address().port,
    send: (payload, port) =>
      new Promise((resolve, reject) => {
        udp.send(payload, port, loopbackAddress(family), (error) =>
          error === null ? resolve() : reject(error),
        );
      }),
    receive: () => new Promise((resolve) => udp.once('message', resolve)),
  };
}

/** Listens until enough was told; fails after a while. */
export async function listenUntil<T>(
  listen: (options: { readonly signal: AbortSignal }) => AsyncIterable<T>,
  isEnough: (told: readonly T[]) => boolean,
): Promise<readonly T[]> {
  const told: T[] = [];
  for await (const each of listen({ signal: AbortSignal.timeout(10_000) })) {
    told.push(each);
    if (isEnough(told)) return told;
  }
  throw new Error(`only ${told.length} were told`);
}
