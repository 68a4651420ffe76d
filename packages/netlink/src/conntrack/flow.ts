import type { IpFamily } from '../ip-text.ts';

/** A connection that the kernel tracks. */
export interface Flow {
  /** The kernel's number for the entry; a later entry may get it again. */
  readonly id: number;
  readonly family: IpFamily;
  /** As in IP headers: 6 is TCP. */
  readonly protocol: number;
  /** The packets of who began it. */
  readonly original: FlowTuple;
  /** The packets of who answers: after translation, if there is one. */
  readonly reply: FlowTuple;
  /** Zero where it has none. */
  readonly mark: number;
  /** Bits with the names `IPS_*`. */
  readonly status: number;
  /** How long it is still kept without a packet; not in every event. */
  readonly timeoutSeconds: number | undefined;
  /** One of `TCP_CONNTRACK_*`; only TCP has it, and not in every event. */
  readonly tcpState: number | undefined;
  /** Entries of different zones do not know each other; 0 is the usual one. */
  readonly zone: number;
}

/** How the packets of one direction of a flow look. What its protocol does not have is `undefined`. */
export interface FlowTuple {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  readonly icmpId: number | undefined;
  readonly icmpType: number | undefined;
  readonly icmpCode: number | undefined;
  /** A zone that holds for this direction only. */
  readonly zone: number | undefined;
}
