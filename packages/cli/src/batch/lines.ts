import { badInput } from '../failure.ts';

/**
 * Cuts a stream of bytes into lines, without their ends. A last line needs no end.
 *
 * @throws {Failure} where the bytes are not UTF-8.
 */
export async function* linesOf(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<readonly string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw badInput(`${name}: not UTF-8`);
    }
  };
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decode(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines.map(withoutReturn);
  }
  rest += decode();
  if (rest !== '') yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
