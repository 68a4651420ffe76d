import { Buffer } from 'node:buffer';
import { stringIn } from '../codec/attributes.ts';
import type { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';

/**
 * What programs keep with an object and the kernel does not look at: a list of type, length and
 * value. The types are those of `nft`, so that it shows what is written here.
 */
export type Userdata = ReadonlyMap<number, Buffer>;

export const NFTNL_UDATA_RULE_COMMENT = 0;
export const NFTNL_UDATA_SET_KEYBYTEORDER = 0;
export const NFTNL_UDATA_SET_DATABYTEORDER = 1;
export const NFTNL_UDATA_SET_COMMENT = 7;
export const NFTNL_UDATA_SET_ELEM_COMMENT = 0;

/** `nft` takes no longer comments. */
const LONGEST_COMMENT = 128;

/** One entry that is a comment; none for an empty one. @throws {RangeError} for one too long. */
export function commentEntry(type: number, comment: string): readonly Uint8Array[] {
  if (comment === '') return [];
  const length = commentLength(comment);
  return [Buffer.from([type, length]), Buffer.from(`${comment}\0`)];
}

/** An attribute that holds a comment and nothing else. @throws {RangeError} for one too long. */
export function writeComment(
  into: Writer,
  attribute: number,
  entry: { readonly type: number; readonly comment: string },
): void {
  const length = commentLength(entry.comment);
  into.sizedAttribute(attribute, length + 2, (inside) =>
    inside.u8(entry.type).u8(length).text(entry.comment, length),
  );
}

/** In bytes, with the zero behind it. */
function commentLength(comment: string): number {
  const length = Buffer.byteLength(comment);
  if (length > LONGEST_COMMENT) {
    throw new RangeError(
      `a comment has ${length} bytes, more than ${LONGEST_COMMENT}: \`${comment}\``,
    );
  }
  return length + 1;
}

/** One entry that is a number. */
export function numberEntry(type: number, value: number): readonly Uint8Array[] {
  const bytes = Buffer.from([type, 4, 0, 0, 0, 0]);
  bytes.writeUInt32LE(value, 2);
  return [bytes];
}

/** Reads entries; of several with one type the last one counts. */
export function userdataIn(bytes: Buffer | undefined): Userdata {
  const found = new Map<number, Buffer>();
  if (bytes === undefined) return found;
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) throw new MalformedAnswer('userdata is cut off');
    const end = at + 2 + bytes.readUInt8(at + 1);
    found.set(bytes.readUInt8(at), bytes.subarray(at + 2, end));
    at = end;
  }
  return found;
}

/** A comment; empty where there is none. */
export function commentIn(userdata: Userdata, type: number): string {
  const comment = userdata.get(type);
  return comment === undefined ? '' : stringIn(comment);
}
