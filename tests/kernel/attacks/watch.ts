import { Buffer } from 'node:buffer';
import {
  commit,
  type FrameSocket,
  type NetworkNamespace,
  NFT_REG32_00,
  openFrameSocket,
  openNetfilterSocket,
  openRawSocket,
  type RawSocket,
  readableSockets,
} from '@ringfence/netlink';
import { PROTOCOL } from './packets.ts';

/** Keeps what arrives at a place. */
export interface Watch {
  /** How many of those that arrived hold these bytes. */
  count(bytes: Buffer): number;
  close(): void;
}

/** Watches whole frames: they are seen before their receiver has any say. */
export function watchFrames(socket: FrameSocket): Watch {
  const seen: Uint8Array[] = [];
  return {
    count(bytes) {
      seen.push(...socket.receive());
      return seen.filter((each) => holds(each, bytes)).length;
    },
    close: () => socket.close(),
  };
}

/** What cannot be received by its number: it heads others, or stands for sending only. */
const UNHEARD: ReadonlySet<number> = new Set([
  PROTOCOL.hopByHop,
  PROTOCOL.routing,
  PROTOCOL.fragment,
  PROTOCOL.destinationOptions,
  PROTOCOL.reserved,
]);

/** Watches what a node takes for itself, behind all filters. */
export function watchInput(namespace: NetworkNamespace): Watch {
  const sockets: RawSocket[] = [];
  for (const protocol of Object.values(PROTOCOL).filter((each) => !UNHEARD.has(each))) {
    for (const family of ['IPv4', 'IPv6'] as const) {
      sockets.push(openRawSocket(namespace, { protocol, family }));
    }
  }
  const seen: Uint8Array[] = [];
  return {
    count(bytes) {
      for (const socket of readableSockets(sockets)) {
        for (let next = socket.receive(); next !== undefined; next = socket.receive()) {
          seen.push(next.bytes);
        }
      }
      return seen.filter((each) => holds(each, bytes)).length;
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}

/** Opens the interface of a pod, or of the outside. */
export function openInterface(namespace: NetworkNamespace): FrameSocket {
  return openFrameSocket(namespace, 'eth0');
}

/** Keeps the kernel of a pod from answering: what is sent is said by tests. It still finds neighbours. */
export function mute(namespace: NetworkNamespace): void {
  const table = { family: 'inet', name: 'mute' } as const;
  const chain = { family: 'inet', table: table.name, name: 'output' } as const;
  const base = {
    type: 'filter',
    hook: 'output',
    priority: 0,
    devices: [],
    policy: 'drop',
  } as const;
  const socket = openNetfilterSocket(namespace);
  commit(socket, [
    {
      kind: 'addTable',
      table: { ...table, flags: { dormant: false, owner: false, persist: false } },
    },
    { kind: 'addChain', chain: { ...chain, base } },
    {
      kind: 'addRule',
      at: { kind: 'last' },
      rule: {
        family: chain.family,
        table: chain.table,
        chain: chain.name,
        comment: '',
        expressions: [
          { kind: 'meta', key: 'l4proto', destination: NFT_REG32_00 },
          { kind: 'cmp', op: 'eq', source: NFT_REG32_00, data: Uint8Array.of(PROTOCOL.icmp6) },
          { kind: 'verdict', verdict: { kind: 'accept' } },
        ],
      },
    },
  ]);
  socket.close();
}

function holds(frame: Uint8Array, bytes: Buffer): boolean {
  return bytes.length > 0 && Buffer.from(frame).includes(bytes);
}
