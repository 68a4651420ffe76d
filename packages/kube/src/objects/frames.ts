import { deserialize, serialize } from 'node:v8';

/** How many bytes say how long a frame is. */
const HEAD = 4;

/** Packs a value, so that whoever reads a stream knows where it ends. */
export function frameOf(value: unknown): Buffer {
  const body = serialize(value);
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(body, HEAD);
  return frame;
}

/** Takes a stream's next bytes; gives the values that are complete now. */
export type FrameReader = (bytes: Buffer) => readonly unknown[];

/**
 * Makes a reader of a stream of frames.
 *
 * @param mostBytes of one frame; a stream that announces a longer one is none of ours.
 * @throws {Error} for bytes that are no frames; nothing more can be read then.
 */
export function createFrameReader(mostBytes: number): FrameReader {
  let held: Buffer[] = [];
  let size = 0;
  /** The length of the frame's body; undefined while its head is awaited. */
  let body: number | undefined;

  const take = (count: number): Buffer | undefined => {
    if (size < count) return undefined;
    const [only] = held;
    const all = held.length === 1 && only !== undefined ? only : Buffer.concat(held);
    held = all.length === count ? [] : [all.subarray(count)];
    size -= count;
    return all.subarray(0, count);
  };

  return (bytes) => {
    held.push(bytes);
    size += bytes.length;
    const values: unknown[] = [];
    for (;;) {
      const part = take(body ?? HEAD);
      if (part === undefined) return values;
      if (body === undefined) {
        body = part.readUInt32BE();
        if (body > mostBytes) throw new Error(`a frame of ${body} bytes is too long`);
      } else {
        body = undefined;
        values.push(deserialize(part));
      }
    }
  };
}
