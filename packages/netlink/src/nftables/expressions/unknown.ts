import type { Writer } from '../../codec/writer.ts';

/** An expression that this package has no words for: as the kernel told it. */
export interface Unknown {
  readonly kind: 'unknown';
  /** The kernel's name for it, such as `rt`. */
  readonly name: string;
  /** Its attributes. */
  readonly data: Uint8Array;
}

/** Writes back what was read. */
export function writeUnknown(into: Writer, { data }: Unknown): void {
  into.raw(data);
}
