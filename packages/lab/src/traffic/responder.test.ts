import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { openInetSocket } from '@ringfence/netlink';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeStation, type Station } from '../network/station.ts';
import { missing, titled } from '../testing.ts';
import { attempt } from './attempt.ts';
import { respond, type Responder } from './responder.ts';

const PORT = 8080;

describe.skipIf(missing !== undefined)(titled('a responder'), () => {
  const errors: Error[] = [];
  let station: Station;
  let responder: Responder;

  beforeEach(() => {
    station = makeStation();
    responder = respond(
      station.namespace,
      { protocol: 'TCP', port: PORT, family: 'IPv4', name: 'web-1' },
      (error) => errors.push(error),
    );
  });
  afterEach(() => {
    responder.close();
    station.close();
    expect(errors).toEqual([]);
  });

  const connect = (): Promise<Socket> => {
    const fd = openInetSocket(station.namespace, { kind: 'stream', family: 'IPv4' });
    const socket = new Socket({ fd });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.connect({ host: '127.0.0.1', port: PORT }, () => resolve(socket));
    });
  };

  const say = async (words: string): Promise<string> => {
    const socket = await connect();
    if (words !== '') socket.write(words);
    return await text(socket);
  };

  test('tells its name to who says nothing', async () => {
    expect(await say('')).toBe('web-1\n');
  });

  test('tells its name to who says anything', async () => {
    expect(await say('hello\n')).toBe('web-1\n');
  });

  test.each([
    ['a page', 'GET / HTTP/1.0\r\n\r\n'],
    ['any page', 'GET /index.html HTTP/1.1\r\nHost: web\r\n\r\n'],
    ['what is posted', 'POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 2\r\n\r\nab'],
  ])('answers HTTP with its name as %s', async (_reason, request) => {
    const answer = await say(request);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer.split('\r\n\r\n')[1]).toContain('web-1\n');
  });

  test('tells who asks from where it is seen', async () => {
    const socket = await connect();
    const { localPort } = socket;
    socket.write('GET /clientip HTTP/1.0\r\n\r\n');
    expect((await text(socket)).split('\r\n\r\n')[1]).toBe(`127.0.0.1:${localPort ?? 0}\n`);
  });

  test('answers an attempt without letting it wait', async () => {
    const how = { protocol: 'TCP', family: 'IPv4', destination: '127.0.0.1', port: PORT } as const;
    const outcome = await attempt(station.namespace, how, { timeoutMs: 2_000 });
    expect(outcome).toMatchObject({ kind: 'answered', answer: 'web-1' });
    expect(outcome.kind === 'answered' && outcome.micros).toBeLessThan(50_000);
  });

  test('answers no answer: two that do would never come to an end', async () => {
    const answered = { protocol: 'UDP', family: 'IPv4', name: 'web-1' } as const;
    const onError = (error: Error): void => void errors.push(error);
    const one = respond(station.namespace, { ...answered, port: 5_000 }, onError);
    const fd = openInetSocket(station.namespace, { kind: 'datagram', family: 'IPv4' });
    const client = createSocket('udp4');
    const heard: string[] = [];
    client.on('message', (words) => heard.push(String(words)));
    await new Promise<void>((resolve) => {
      client.bind({ fd, exclusive: true }, resolve);
    });
    client.send('web-1\n', 5_000, '127.0.0.1');
    client.send('who?', 5_000, '127.0.0.1');
    await once(client, 'message');
    expect(heard).toEqual(['web-1\n']);
    client.close();
    one.close();
  });

  test('is understood by a program that people use', async () => {
    const url = `http://127.0.0.1:${PORT}/hostname`;
    const ask = `fetch('${url}').then((page) => page.text()).then((page) => process.stdout.write(page))`;
    const child = station.namespace.enter(() => spawn(process.execPath, ['-e', ask]));
    expect(await text(child.stdout)).toBe('web-1\n');
  });
});
