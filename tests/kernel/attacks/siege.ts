import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Family } from '@ringfence/core';
import { ipText, type FrameSocket } from '@ringfence/netlink';
import { OUTSIDE } from '../flows/flow.ts';
import { ALIVE, isPod, type PodName, PODS } from './cast.ts';
import { addressOf, type AttackedLab, makeAttackedLab, type Topology } from './lab.ts';
import { type Ends, packet, udp } from './packets.ts';
import { mute, openInterface, type Watch, watchFrames, watchInput } from './watch.ts';

/** Where packets may arrive. */
export type Place = PodName | 'outside' | 'node-1' | 'node-2';

/** Types of frames. */
export const ETHER = {
  ip4: 0x0800,
  ip6: 0x86dd,
  arp: 0x0806,
  vlan: 0x8100,
  provider: 0x88a8,
} as const;

/** What differs from an everyday frame. */
export interface FrameOptions {
  readonly sourceMac?: string;
  readonly targetMac?: string;
  readonly type?: number;
}

/** A lab whose pods send what they should not. */
export interface Siege extends Omit<AttackedLab, 'close' | 'outside'> {
  address(place: Place, family: Family): string;
  mac(pod: PodName): string;
  /** Where a pod sends what is for nobody beside it. */
  gatewayMac(): string;
  /** Sends an IP packet, or the content of another frame, from a pod's interface. */
  send(from: PodName, to: Place, content: Uint8Array, how?: FrameOptions): void;
  /** How many frames were sent so far. */
  sent(): number;
  /** New bytes by which a packet is known again. */
  mark(): Buffer;
  count(place: Place, mark: Buffer): number;
  /** Waits until something has arrived. */
  arrival(place: Place, mark: Buffer): Promise<void>;
  /** Waits until all that a pod sent so far must have arrived: later packets have, everywhere. */
  after(from: PodName): Promise<void>;
  close(): Promise<void>;
}

const NODES = ['node-1', 'node-2'] as const;
const BRIDGE_MAC = '02:00:00:00:00:01';
const ROUTER_MAC = 'ee:ee:ee:ee:ee:ee';
const PATIENCE_MS = 5_000;

/** Makes one; agents enforce policy in it or nobody does. */
export async function besiege(
  topology: Topology,
  options: { readonly enforced: boolean },
): Promise<Siege> {
  const made = await makeAttackedLab(topology, options);
  const names = Object.keys(PODS).filter(isPod);
  const lines = new Map<PodName, FrameSocket>(
    names.map((name) => [name, openInterface(made.pod(name).station.namespace)]),
  );
  for (const name of names) mute(made.pod(name).station.namespace);
  const watches = watchesOf(made, lines);
  let marks = 0;
  let sent = 0;
  const line = (pod: PodName): FrameSocket => known(lines, pod);
  const macOf = (from: PodName, to: Place): string =>
    topology === 'bridge' && isPod(to) && PODS[from] === PODS[to] ? line(to).mac : gatewayMac();
  const gatewayMac = (): string => (topology === 'bridge' ? BRIDGE_MAC : ROUTER_MAC);
  const siege: Siege = {
    ...made,
    address: (place, family) => addressAt(made, place, family),
    mac: (pod) => line(pod).mac,
    gatewayMac,
    send(from, to, content, how = {}) {
      const type = how.type ?? ((content[0] ?? 0) >> 4 === 6 ? ETHER.ip6 : ETHER.ip4);
      const header = [how.targetMac ?? macOf(from, to), how.sourceMac ?? line(from).mac].map(
        macBytes,
      );
      line(from).send(Buffer.concat([...header, twoBytes(type), content]));
      sent += 1;
    },
    sent: () => sent,
    mark() {
      marks += 1;
      return markOf(marks);
    },
    count: (place, mark) => known(watches, place).count(mark),
    async arrival(place, mark) {
      const limit = Date.now() + PATIENCE_MS;
      while (siege.count(place, mark) === 0) {
        if (Date.now() > limit) throw new Error(`nothing arrived at ${place}`);
        await nextTurn();
      }
    },
    async after(from) {
      for (const place of watches.keys()) {
        if (place === from) continue;
        const mark = siege.mark();
        siege.send(from, place, alive(ends(siege, from, place, 'IPv4'), mark));
        await siege.arrival(place, mark);
      }
    },
    async close() {
      for (const watch of watches.values()) watch.close();
      await made.close();
    },
  };
  return siege;
}

function watchesOf(
  { outside, node }: Pick<AttackedLab, 'outside' | 'node'>,
  lines: ReadonlyMap<PodName, FrameSocket>,
): ReadonlyMap<Place, Watch> {
  return new Map<Place, Watch>([
    ...[...lines].map(([name, line]) => [name, watchFrames(line)] as const),
    ['outside', watchFrames(openInterface(outside))],
    ...NODES.map((name) => [name, watchInput(node(name))] as const),
  ]);
}

function addressAt(
  { lab, pod }: Pick<AttackedLab, 'lab' | 'pod'>,
  place: Place,
  family: Family,
): string {
  if (place === 'outside') return OUTSIDE.server[family];
  if (isPod(place)) return addressOf(pod(place).addresses, family);
  return addressOf(lab.cluster.node(place)?.addresses ?? [], family);
}

function markOf(number: number): Buffer {
  const bytes = Buffer.from('\u00a7rf.....', 'latin1');
  bytes.writeUInt32BE(number, 3);
  return bytes;
}

/** The addresses of two places. */
export function ends(siege: Siege, from: Place, to: Place, family: Family): Ends {
  return { from: siege.address(from, family), to: siege.address(to, family) };
}

function alive(between: Ends, mark: Buffer): Buffer {
  return packet(between, udp(between, { from: ALIVE, to: ALIVE }, mark));
}

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`there is no ${String(key)}`);
  return value;
}

/** A hardware address as bytes. */
export function macBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

/** A number in two bytes. */
export function twoBytes(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** The address of the link that a kernel makes of a hardware address. */
export function linkLocal(mac: string): string {
  const [first = 0, ...rest] = macBytes(mac);
  const bytes = [first ^ 2, rest[0], rest[1], 0xff, 0xfe, rest[2], rest[3], rest[4]];
  return ipText(
    Buffer.concat([Buffer.from('fe80000000000000', 'hex'), Buffer.from(bytes.map(Number))]),
  );
}
