import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serialize } from 'node:v8';
import { feedSource, serveFeed } from '@ringfence/kube';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerIn, requestIn } from '../../packages/cli/src/control/lines.ts';
import { serve } from '../../packages/cli/src/control/serve.ts';
import { fuzz, fuzzAsync, PATIENCE, speaksPlainly } from './fuzz.ts';
import { arbJson } from './json-value.arbitrary.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-fuzz-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A message with any value in it, in the frame that belongs around it, or in a wrong one. */
function frame(value: unknown, wrong: number): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(4);
  head.writeUInt32BE((body.length + wrong) >>> 0);
  return Buffer.concat([head, body]);
}

const arbMessage: fc.Arbitrary<unknown> = fc.oneof(
  arbJson,
  fc.dictionary(
    fc.constantFrom('kind', 'node', 'pid', 'format', 'objects', 'changes', 'version', 'message'),
    fc.oneof(arbJson, fc.constantFrom('hello', 'report', 'replace', 'change', 'trouble', 1)),
  ),
);

const arbBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(arbMessage, fc.constantFrom(0, 0, 0, 1, -1, 2 ** 31))
    .map(([value, wrong]) => frame(value, wrong)),
  // What `serialize` writes, with one byte of it changed.
  fc.tuple(arbMessage, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const bytes = frame(value, 0);
    bytes.writeUInt8(byte, 4 + (at % (bytes.length - 4)));
    return bytes;
  }),
);

/** Says this, and leaves when there is nothing more to hear. */
async function say(socketPath: string, bytes: Buffer | string): Promise<void> {
  const socket = connect(socketPath);
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(bytes);
  if (!socket.closed) await once(socket, 'close');
}

test('a feed turns away whoever says what no follower does', PATIENCE, async () => {
  const socketPath = path.join(folder, 'feed.sock');
  const errors: string[] = [];
  const feed = await serveFeed(socketPath, {
    onReport: ({ node, pid }) => expect([typeof node, typeof pid]).toEqual(['string', 'number']),
    onLeave: ({ node, pid }) => expect([typeof node, typeof pid]).toEqual(['string', 'number']),
    onError: ({ message }) => void errors.push(message),
  });
  feed.replace([], '1');
  await fuzzAsync(arbBytes, 300, async (bytes) => {
    await say(socketPath, bytes);
    errors.splice(0).forEach(speaksPlainly);
  });
  feed.close();
});

test('a follower leaves a feed that says what no feed does', PATIENCE, async () => {
  const socketPath = path.join(folder, 'source.sock');
  let said: Uint8Array = new Uint8Array(0);
  const server = createServer((socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(said);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  await fuzzAsync(arbBytes, 300, async (bytes) => {
    said = bytes;
    const source = await feedSource(socketPath, { node: 'n', firstRetryMs: 60_000 });
    const controller = new AbortController();
    const listener = {
      replace: (objects: readonly unknown[], version: string) =>
        expect([Array.isArray(objects), typeof version]).toEqual([true, 'string']),
      change: (changes: readonly unknown[], version: string) =>
        expect([Array.isArray(changes), typeof version]).toEqual([true, 'string']),
      trouble: (message: string) => {
        // The feed's own words, or that it has ended.
        expect(typeof message).toBe('string');
        if (message.startsWith('the feed `')) controller.abort();
      },
    };
    await source.follow(listener, controller.signal);
  });
  server.close();
});

const arbLine = fc.oneof(
  arbJson.map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.constantFrom('status', 'enter', 'probe', 'done', '__proto__', 'toString'), arbJson)
    .map(([kind, rest]) => JSON.stringify({ ...Object(rest), kind })),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ' ')),
);

test('a line that is no request and no answer is told so', PATIENCE, () => {
  fuzz(arbLine, 2_000, (line) => {
    for (const read of [requestIn, answerIn]) {
      try {
        expect(typeof read(line).kind).toBe('string');
      } catch (error) {
        if (!(error instanceof SyntaxError)) {
          expect(String(error)).toMatch(/^Error: no (?:request|answer): /u);
        }
      }
    }
  });
});

test('the control socket answers every line, and only requests get further', PATIENCE, async () => {
  const socketPath = path.join(folder, 'control.sock');
  const server = await serve(
    socketPath,
    async function* (request) {
      if (request.kind !== 'status') throw new Error(`asked to ${request.kind}`);
      yield* [];
    },
    (error) => speaksPlainly(String(error)),
  );
  await fuzzAsync(arbLine, 300, async (line) => {
    const socket = connect(socketPath);
    socket.on('error', () => socket.destroy());
    socket.write(`${line}\n`);
    let answer = '';
    for await (const part of socket.setEncoding('utf8')) answer += String(part);
    expect(answer).toMatch(/^\{"kind":"(?:done|refused)"/u);
  });
  server.close();
});
