/** Where an SCTP packet comes from and goes to, as one side sees it. */
export interface SctpEnds {
  readonly local: string;
  readonly localPort: number;
  readonly peer: string;
  readonly peerPort: number;
}
