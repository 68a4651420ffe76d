import type { IpFamily } from '../ip-text.ts';
import type { TransportHeader } from './transport-header.ts';

/** Who sent a packet to whom. */
export interface PacketHeader extends TransportHeader {
  readonly family: IpFamily;
  readonly source: string;
  readonly destination: string;
  /**
   * As in IP headers: 6 is TCP. Of IPv6 the one behind the extension headers; `undefined` when they
   * reach beyond the copied part.
   */
  readonly protocol: number | undefined;
}
