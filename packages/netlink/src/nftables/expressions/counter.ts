import type { Writer } from '../../codec/writer.ts';
import { type Fields, longField } from '../fields.ts';

/** Counts the packets that come so far in the rule. */
export interface Counter {
  readonly kind: 'counter';
  readonly packets: bigint;
  readonly bytes: bigint;
}

const NFTA_COUNTER_BYTES = 1;
const NFTA_COUNTER_PACKETS = 2;

/** Writes the attributes: where the counter begins. */
export function writeCounter(into: Writer, { packets, bytes }: Counter): void {
  into.u64BEAttribute(NFTA_COUNTER_BYTES, bytes).u64BEAttribute(NFTA_COUNTER_PACKETS, packets);
}

/** Reads the attributes. */
export function readCounter(fields: Fields): Counter {
  return {
    kind: 'counter',
    packets: longField(fields, NFTA_COUNTER_PACKETS),
    bytes: longField(fields, NFTA_COUNTER_BYTES),
  };
}
