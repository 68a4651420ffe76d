import type { IpAddress } from '@ringfence/core';
import type { ConnectionState } from '../ruleset/ruleset.ts';

/** A packet as this node's rules see it: after translations of destinations, before those of sources. */
export interface Packet {
  /**
   * Through the node, to the node itself, or from the node itself: the last passes no chain of ours.
   * `bridge` is a frame that comes to a port of a bridge: its ruleset is one of its own.
   */
  readonly way: 'forward' | 'input' | 'output' | 'bridge';
  /** The interface that it came in through; empty for what the node sends. */
  readonly inputInterface: string;
  /** The interface that it goes out through; empty for what the node gets. */
  readonly outputInterface: string;
  readonly frame: Frame;
  /** INVARIANT: both of one family. Of ARP, those of whom it speaks. */
  readonly source: IpAddress;
  readonly destination: IpAddress;
  /** How often IPv6 may still send it on; absent: not as often as when it was sent. */
  readonly hops?: number;
  readonly payload: Payload;
  readonly connection: TrackedConnection;
}

/** What is around the packet. */
export interface Frame {
  readonly cast: 'one' | 'many';
  /** Behind a VLAN's tag, if there is one. */
  readonly carries: 'ip' | 'arp' | 'other';
  readonly tagged: boolean;
}

/** What the packet carries, as far as rules look at it. */
export type Payload =
  | {
      readonly kind: 'ports';
      /** IP protocol number. */
      readonly protocol: number;
      readonly sourcePort: number;
      readonly destinationPort: number;
      /** TCP: opens a connection, and no other flag of those that do or end it is set. */
      readonly syn: boolean;
    }
  | {
      readonly kind: 'icmp';
      readonly type: number;
      readonly code: number;
      /** Of neighbour discovery: which address it is about. */
      readonly target?: IpAddress;
    }
  | { readonly kind: 'other'; readonly protocol: number };

/** What connection tracking knows. */
export interface TrackedConnection {
  readonly state: ConnectionState;
  readonly direction: 'original' | 'reply';
  /** 0..2^32-1 */
  readonly mark: number;
  /** The two ends, by their own addresses; absent: those of the packet. */
  readonly caller?: IpAddress;
  readonly called?: IpAddress;
}
