import type { Family } from '@ringfence/core';

/** A flow for whoever sends and receives: sockets, and where the client has to send. */
export interface Wire {
  readonly id: number;
  readonly family: Family;
  readonly protocol: 'TCP' | 'UDP';
  readonly speaker: 'client' | 'server' | 'both';
  /** Descriptors; a server's TCP socket listens. */
  readonly client: number;
  readonly server: number;
  readonly address: string;
  readonly port: number;
}

/** First packets for whoever sends and receives them: where, and between which addresses. */
export interface ProbeWire {
  readonly id: number;
  readonly family: Family;
  readonly protocol: 'TCP' | 'UDP';
  /** Descriptors of the namespaces in which the two ends are. */
  readonly from: number;
  readonly to: number;
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

/** What the traffic's thread is told. */
export type Order =
  | { readonly kind: 'open'; readonly wires: readonly Wire[] }
  | { readonly kind: 'probe'; readonly wires: readonly ProbeWire[] }
  /** Say when something of each of these has arrived that is sent from now on. */
  | { readonly kind: 'find'; readonly flows: readonly number[] }
  /** Send no more of these. */
  | { readonly kind: 'rest'; readonly flows: readonly number[] }
  /** Send once more at once, and say when all has been taken in that had arrived. */
  | { readonly kind: 'mark' }
  /**
   * Send no more, once these flows have begun; tell everything once what they sent has arrived, or
   * after a while.
   */
  | { readonly kind: 'finish'; readonly waitFor: readonly number[]; readonly waitMs: number };

/** What it says. */
export type News =
  | { readonly kind: 'opened' }
  | { readonly kind: 'probing' }
  | { readonly kind: 'found' }
  | { readonly kind: 'resting' }
  | { readonly kind: 'marked'; readonly at: number }
  | { readonly kind: 'finished'; readonly streams: readonly Stream[] }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * What one side of a flow sent, by number of the record: when it began to send it, when it had done
 * so, when it arrived (0: never). Milliseconds of the machine's monotonic clock.
 */
export interface Stream {
  readonly flow: number;
  readonly speaker: 'client' | 'server';
  readonly began: Float64Array;
  readonly done: Float64Array;
  readonly arrived: Float64Array;
  /** The code of the error with which its connection ended; empty where it did not. */
  readonly broke: string;
}
