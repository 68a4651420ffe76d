import {
  openInetSocket,
  openNamespace,
  openRawSocket,
  type NetworkNamespace,
  type RawSocket,
  readableSockets,
} from '@ringfence/netlink';
import { closeSync, readlinkSync } from 'node:fs';
import { nowMs } from './clock.ts';
import { firstPackets, PROTOCOL, readFirstPacket } from './first-packet.ts';
import { createLog, type StreamLog } from './stream-log.ts';
import type { ProbeWire } from './wire.ts';

/** Sends first packets of flows, and sees which arrive. */
export interface Probing {
  open(wires: readonly ProbeWire[]): void;
  /** Sends one packet of each flow that does not rest; gives how many there were. */
  tick(): number;
  /** Takes in what has arrived. */
  hear(): void;
  rest(flows: readonly number[]): void;
  logs(): readonly StreamLog[];
  close(): void;
}

const EVERY_ADDRESS = { IPv4: '0.0.0.0', IPv6: '::' } as const;

/** What goes out of a place and comes to it by one protocol. */
interface Post {
  readonly protocol: 'TCP' | 'UDP';
  readonly socket: RawSocket;
  /** By the port that their packets are sent to. */
  readonly expected: Map<number, StreamLog>;
}

/** Begins with no flows. */
export function createProbing(): Probing {
  const posts = new Map<string, Post>();
  const bySocket = new Map<RawSocket, Post>();
  const senders = new Map<number, () => boolean>();
  /** By flow: one whose pod comes again goes on counting. */
  const logs = new Map<number, StreamLog>();
  /** They keep the kernel from saying that nobody is there; nobody reads them. */
  const sinks = new Map<string, number>();

  const postAt = (fd: number, { protocol, family }: ProbeWire): Post => {
    const key = `${placeAt(fd)} ${protocol} ${family}`;
    const known = posts.get(key);
    if (known !== undefined) return known;
    const socket = inNamespace(fd, (place) =>
      openRawSocket(place, { protocol: PROTOCOL[protocol], family, foreign: true }),
    );
    const post: Post = { protocol, socket, expected: new Map() };
    posts.set(key, post);
    bySocket.set(socket, post);
    return post;
  };
  const open = (wire: ProbeWire): void => {
    const { id, family, port, to } = wire;
    const log = logs.get(id) ?? createLog(id, 'client');
    logs.set(id, log);
    postAt(to, wire).expected.set(port, log);
    const key = `${placeAt(to)} ${family} ${port}`;
    if (wire.protocol === 'UDP' && !sinks.has(key)) {
      const from = { address: EVERY_ADDRESS[family], port };
      const kind = 'datagram';
      sinks.set(
        key,
        inNamespace(to, (place) => openInetSocket(place, { kind, family, from })),
      );
    }
    senders.set(id, senderOf(wire, postAt(wire.from, wire).socket, log));
  };

  return {
    open(wires) {
      for (const wire of wires) open(wire);
    },
    tick() {
      let sent = 0;
      for (const send of senders.values()) if (send()) sent += 1;
      return sent;
    },
    hear() {
      for (const socket of readableSockets([...bySocket.keys()])) {
        const post = bySocket.get(socket);
        for (let packet = socket.receive(); packet !== undefined; packet = socket.receive()) {
          const read = post && readFirstPacket(post.protocol, packet.bytes);
          if (read !== undefined) post?.expected.get(read.port)?.arrived(read.number);
        }
      }
    },
    rest(flows) {
      for (const flow of flows) senders.delete(flow);
    },
    logs: () => [...logs.values()],
    close() {
      for (const { socket } of posts.values()) socket.close();
      for (const sink of sinks.values()) closeSync(sink);
    },
  };
}

function senderOf(wire: ProbeWire, socket: RawSocket, log: StreamLog): () => boolean {
  const way = { to: wire.destination, from: wire.source };
  const { packet } = firstPackets(wire);
  return () => {
    const bytes = packet(log.count());
    const began = nowMs();
    try {
      socket.send(way, bytes);
    } catch {
      // Nothing was sent: its network is gone, or has no room.
      return false;
    }
    log.sent(began, nowMs());
    return true;
  };
}

/** What tells namespaces apart, as long as they are open. */
function placeAt(fd: number): string {
  return readlinkSync(`/proc/self/fd/${fd}`);
}

function inNamespace<T>(fd: number, open: (place: NetworkNamespace) => T): T {
  const place = openNamespace(`/proc/self/fd/${fd}`);
  try {
    return open(place);
  } finally {
    place.close();
  }
}
