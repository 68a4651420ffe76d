import type { StatefulExpression } from './expressions/stateful.ts';
import type { Family } from './family.ts';

/** Names a set. */
export interface SetReference {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
}

/** A set: keys; or a map: keys with data. */
export interface NftSet extends SetReference {
  /** In the order of `SET_FLAGS`. */
  readonly flags: readonly SetFlag[];
  readonly key: SetKey;
  readonly data: SetData;
  /** How long elements stay that do not say it themselves; 0: for ever. */
  readonly timeoutMs: number;
  /** How often the kernel looks for elements whose time is over; 0: as it likes. */
  readonly gcIntervalMs: number;
  /** How many elements it may have; 0: any number. */
  readonly size: number;
  readonly policy: 'performance' | 'memory';
  /** What each element has of its own. */
  readonly expressions: readonly StatefulExpression[];
  readonly comment: string;
}

/** What keys look like. */
export interface SetKey extends SetValue {
  /**
   * The lengths of a concatenation's fields, unpadded; each begins at a multiple of four bytes in the
   * key. Empty for a key that is one field, and where the kernel was not told.
   */
  readonly fields: readonly number[];
}

/** What the elements of a set have besides their keys. */
export type SetData =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'value' } & SetValue)
  | { readonly kind: 'verdict' }
  /** A named object of the table, such as a counter; of the kernel's type `NFT_OBJECT_COUNTER` = 1. */
  | { readonly kind: 'object'; readonly type: number };

/** What values look like. */
interface SetValue {
  /** What they mean to `nft`: `datatypeNumber('ipv4_addr', 'inet_service')`. */
  readonly type: number;
  /** In bytes, of concatenations with the padding. */
  readonly length: number;
  /** The order of their numbers, for `nft` where the type does not say it. */
  readonly byteOrder: ByteOrder;
}

/** The order of the bytes in a number. */
export type ByteOrder = 'unstated' | 'host' | 'network';

/** The bits `NFT_SET_ANONYMOUS` and so on. */
export const SET_FLAGS = [
  'anonymous',
  'constant',
  'interval',
  'map',
  'timeout',
  'eval',
  'object',
  'concat',
  'expr',
] as const;

/** What a set can do; `map`, `object`, `concat` and `expr` follow from what else is said about it. */
export type SetFlag = Exclude<(typeof SET_FLAGS)[number], ImpliedSetFlag>;

/** The flags that follow. */
export type ImpliedSetFlag = 'map' | 'object' | 'concat' | 'expr';
