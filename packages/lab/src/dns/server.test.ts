import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type NetworkNamespace, openInetSocket } from '@ringfence/netlink';
import { clusterOf } from '@ringfence/core';
import { closeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeStation, type Station } from '../network/station.ts';
import { address, missing, podNamed, titled } from '../testing.ts';
import type { Responder } from '../traffic/responder.ts';
import { answerQuery, failure, type Transport } from './answer.ts';
import { type AnswerMessage, serveDns } from './server.ts';
import { createServiceIndex } from './service-index.ts';
import { numbered, queryBytes, readResponse, serviceOf } from './testing.ts';
import { resolve } from './zone.ts';

const MANY = 200;

/** A Service with an address, one with few pods, and one with more pods than UDP carries. */
function shop(): AnswerMessage {
  const objects = [
    serviceOf('web', { clusterIPs: [address('10.96.0.1'), address('fd00:96::1')] }),
    serviceOf('many', { headless: true }),
    serviceOf('page', { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local' }),
    ...Array.from({ length: MANY }, (_, number) =>
      podNamed(`many-${number}`, {
        labels: new Map([['app', 'many']]),
        addresses: [numbered(number)],
      }),
    ),
  ];
  const services = createServiceIndex();
  for (const object of objects) services.apply({ kind: 'upsert', object });
  const view = { ...clusterOf(objects), ...services };
  return (query, transport) =>
    answerQuery(query, { transport, resolve: (question) => resolve(view, question) });
}

/** What Node's resolver, which is c-ares, says of some names: each is `[method, name]`. */
async function lookUp(
  namespace: NetworkNamespace,
  server: string,
  asked: readonly (readonly [method: string, name: string])[],
): Promise<readonly unknown[]> {
  const program = `
    const resolver = new (require('node:dns').promises.Resolver)({ tries: 1, timeout: 5000 });
    resolver.setServers([process.argv[1]]);
    const ask = ([method, name]) => resolver[method](name).catch((error) => error.code);
    Promise.all(JSON.parse(process.argv[2]).map(ask)).then((all) => console.log(JSON.stringify(all)));
  `;
  const run = promisify(execFile);
  const args = ['-e', program, server, JSON.stringify(asked)];
  const { stdout } = await namespace.enter(() => run(process.execPath, args));
  return JSON.parse(stdout) as readonly unknown[];
}

describe.skipIf(missing !== undefined)(titled('DNS in a namespace'), () => {
  const errors: Error[] = [];
  let station: Station;
  let server: Responder | undefined;
  const seen: Transport[] = [];

  beforeEach(() => {
    station = makeStation();
    seen.length = 0;
  });

  afterEach(() => {
    server?.close();
    server = undefined;
    station.close();
    expect(errors).toEqual([]);
  });

  const serve = (answer: AnswerMessage, limits = { idleMs: 10_000, mostBytes: 512 }): void => {
    server = serveDns(
      station.namespace,
      { families: ['IPv4', 'IPv6'], limits },
      (query, transport) => {
        seen.push(transport);
        return answer(query, transport);
      },
      (error) => errors.push(error),
    );
  };

  const connect = async (): Promise<Socket> => {
    const fd = openInetSocket(station.namespace, { kind: 'stream', family: 'IPv4' });
    const socket = new Socket({ fd });
    socket.connect({ host: '127.0.0.1', port: 53 });
    await once(socket, 'connect');
    return socket;
  };

  /** However it ended: who speaks to somebody who has hung up is reset. */
  const closed = (client: Socket): Promise<void> =>
    new Promise((done) => {
      client.on('error', () => client.destroy()).on('close', () => done());
    });

  /** Queries as they go over TCP. */
  const framed = (...queries: readonly Uint8Array[]): Uint8Array =>
    Uint8Array.from(queries.flatMap((each) => [each.length >> 8, each.length & 0xff, ...each]));

  test.each(['127.0.0.1', '[::1]'])('Node’s resolver understands what %s says', async (at) => {
    serve(shop());
    const web = 'web.shop.svc.cluster.local';
    expect(
      await lookUp(station.namespace, at, [
        ['resolve4', web],
        ['resolve6', 'WEB.shop.svc.cluster.local'],
        ['resolveSrv', `_http._tcp.${web}`],
        ['reverse', '10.96.0.1'],
        ['reverse', 'fd00:96::1'],
        ['resolveCname', 'page.shop.svc.cluster.local'],
        ['resolve4', 'page.shop.svc.cluster.local'],
        ['resolveNs', 'cluster.local'],
        ['resolveSoa', 'cluster.local'],
        ['resolveTxt', 'dns-version.cluster.local'],
        ['resolveMx', web],
        ['resolve4', 'gone.shop.svc.cluster.local'],
      ]),
    ).toEqual([
      ['10.96.0.1'],
      ['fd00:96::1'],
      [expect.objectContaining({ name: web, port: 80, priority: 0, weight: 100 })],
      [web],
      [web],
      [web],
      ['10.96.0.1'],
      ['kube-dns.kube-system.svc.cluster.local'],
      expect.objectContaining({ hostmaster: 'hostmaster.cluster.local', minttl: 5 }),
      [['1.1.0']],
      'ENODATA',
      'ENOTFOUND',
    ]);
    expect(new Set(seen)).toEqual(new Set(['UDP']));
  });

  test('an answer that UDP does not carry comes over TCP', async () => {
    serve(shop());
    const [addresses] = await lookUp(station.namespace, '127.0.0.1', [
      ['resolve4', 'many.shop.svc.cluster.local'],
    ]);
    expect(new Set(addresses as readonly string[]).size).toBe(MANY);
    expect(seen).toEqual(['UDP', 'TCP']);
  });

  test('queries on one connection are answered in their order, in whatever pieces they come', async () => {
    serve(shop());
    const name = 'web.shop.svc.cluster.local';
    const queries = [1, 2, 3].map((id) => queryBytes({ name, type: 1, id }));
    const client = await connect();
    const answered: number[] = [];
    let rest = Buffer.alloc(0);
    const three = new Promise<void>((done) => {
      client.on('data', (data) => {
        rest = Buffer.concat([rest, data]);
        while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
          const end = 2 + rest.readUInt16BE(0);
          answered.push(readResponse(rest.subarray(2, end)).id);
          rest = rest.subarray(end);
        }
        if (answered.length === queries.length) done();
      });
    });
    const bytes = framed(...queries);
    client.setNoDelay(true);
    for (const at of [0, 1, 2, 40]) {
      const next = { 0: 1, 1: 2, 2: 40, 40: bytes.length }[at];
      await new Promise((sent) => client.write(bytes.subarray(at, next), sent));
    }
    await three;
    expect(answered).toEqual([1, 2, 3]);
    client.destroy();
  });

  const QUERY = queryBytes({ name: 'web.shop.svc.cluster.local', type: 1 });
  test.each<readonly [string, number, Uint8Array]>([
    ['says nothing, in the end', 50, new Uint8Array(0)],
    ['does not end its query, in the end', 50, framed(QUERY).subarray(0, 20)],
    ['announces more than a query may have, at once', 60_000, Uint8Array.of(2, 1)],
    ['sends an answer, at once', 60_000, framed(queryBytes({ name: 'a', type: 1, flags: 0x8000 }))],
    ['sends less than a header, at once', 60_000, framed(new Uint8Array(3))],
  ])(
    'hangs up on a TCP client that %s',
    async (_, idleMs, bytes) => {
      serve(shop(), { idleMs, mostBytes: 512 });
      const client = await connect();
      client.write(bytes);
      expect((await buffer(client)).length).toBe(0);
    },
    5_000,
  );

  test('bytes that complete no query win no time', async () => {
    serve(shop(), { idleMs: 200, mostBytes: 512 });
    const client = await connect();
    const drip = setInterval(() => client.write(Uint8Array.of(0)), 20);
    // The first two say that a query of no bytes comes: it is the start of a long one here.
    client.write(Uint8Array.of(1, 0));
    client.resume();
    await closed(client);
    clearInterval(drip);
    expect(seen).toEqual([]);
  });

  test('a TCP client that does not read its answers is not answered for ever', async () => {
    const large = new Uint8Array(60_000);
    serve(() => large, { idleMs: 300, mostBytes: 512 });
    const client = await connect();
    const asked = 3_000;
    client.write(framed(...Array.from({ length: asked }, () => QUERY)));
    // Who does not read learns that the other side has hung up when it goes on speaking.
    const drip = setInterval(() => client.write(Uint8Array.of(0)), 20);
    await closed(client);
    clearInterval(drip);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(asked / 2);
  });

  test('what was closed can be served again', async () => {
    serve(shop());
    const client = await connect();
    server?.close();
    expect((await buffer(client)).length).toBe(0);
    serve(() => undefined);
  });

  test('where a port is taken, none is', () => {
    const taken = { address: '::', port: 53 };
    const fd = openInetSocket(station.namespace, { kind: 'datagram', family: 'IPv6', from: taken });
    expect(() => serve(shop())).toThrow(expect.objectContaining({ code: 'EADDRINUSE' }));
    closeSync(fd);
    serve(() => answerQuery(QUERY, { transport: 'UDP', resolve: () => failure('refused') }));
  });
});
