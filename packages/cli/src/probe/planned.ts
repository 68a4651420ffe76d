import type { Connection, Endpoint, Family } from '@ringfence/core';
import type { AskedPort } from '../truth/truth-row.ts';
import type { ProbeEnd } from './probe-end.ts';

/** A connection to make. */
export interface Planned {
  readonly from: ProbeEnd;
  readonly to: ProbeEnd;
  readonly dialled: Dialled;
  /** What policy may come to see: one thing, or one for each backend of a Service. */
  readonly seen: readonly SeenConnection[];
}

/** What a client dials. */
export interface Dialled extends AskedPort {
  readonly family: Family;
  readonly to: Endpoint;
}

/** What policy sees of a connection, and the pod that would answer, where there is a choice. */
export interface SeenConnection {
  /** One after the other: all must be allowed. */
  readonly connections: readonly Connection[];
  readonly backend: string | undefined;
}
