import type { Writer } from '../../codec/writer.ts';
import { type Fields, longField, numberField } from '../fields.ts';

/** Goes on with the rule so many times in a time; inverted: beyond that. */
export interface Limit {
  readonly kind: 'limit';
  readonly of: 'packets' | 'bytes';
  readonly rate: number;
  /** The time that the rate is for: 1 is "a second", 60 "a minute". */
  readonly perSeconds: number;
  /** How many more may come at once; for packets 0 means 5. */
  readonly burst: number;
  readonly inverted: boolean;
}

const NFTA_LIMIT_RATE = 1;
const NFTA_LIMIT_UNIT = 2;
const NFTA_LIMIT_BURST = 3;
const NFTA_LIMIT_TYPE = 4;
const NFTA_LIMIT_FLAGS = 5;
const NFT_LIMIT_PKTS = 0;
const NFT_LIMIT_PKT_BYTES = 1;
const NFT_LIMIT_F_INV = 1;

/** Writes the attributes. */
export function writeLimit(into: Writer, limit: Limit): void {
  into.u64BEAttribute(NFTA_LIMIT_RATE, BigInt(limit.rate));
  into.u64BEAttribute(NFTA_LIMIT_UNIT, BigInt(limit.perSeconds));
  into.u32BEAttribute(NFTA_LIMIT_BURST, limit.burst);
  into.u32BEAttribute(NFTA_LIMIT_TYPE, limit.of === 'bytes' ? NFT_LIMIT_PKT_BYTES : NFT_LIMIT_PKTS);
  into.u32BEAttribute(NFTA_LIMIT_FLAGS, limit.inverted ? NFT_LIMIT_F_INV : 0);
}

/** Reads the attributes. */
export function readLimit(fields: Fields): Limit {
  const type = numberField(fields, NFTA_LIMIT_TYPE, NFT_LIMIT_PKTS);
  return {
    kind: 'limit',
    of: type === NFT_LIMIT_PKT_BYTES ? 'bytes' : 'packets',
    rate: Number(longField(fields, NFTA_LIMIT_RATE)),
    perSeconds: Number(longField(fields, NFTA_LIMIT_UNIT)),
    burst: numberField(fields, NFTA_LIMIT_BURST, 0),
    inverted: (numberField(fields, NFTA_LIMIT_FLAGS, 0) & NFT_LIMIT_F_INV) !== 0,
  };
}
