import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clusterOf, evaluate } from '@ringfence/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FeedFollower } from './feed-message.ts';
import { feedSource, serveFeed } from './feed.ts';
import type { FeedSource } from './feed-source.ts';
import { frameOf } from './frames.ts';
import type { Feed } from './serve-feed.ts';
import { comes, goes, objectsIn, podNamed, recorder, type Recorder } from './testing.ts';

let folder: string;
let socket: string;
let controller: AbortController;
let feeds: Feed[];
let events: string[];
let changed = (): void => {};

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringfence-feed-'));
  socket = path.join(folder, 'feed.sock');
  controller = new AbortController();
  feeds = [];
  events = [];
});
afterEach(() => {
  controller.abort();
  for (const feed of feeds) feed.close();
  rmSync(folder, { recursive: true });
});

/** Into the list of the test that it belongs to: sockets close when that is over. */
function notes(): (text: string) => void {
  const own = events;
  return (text) => {
    own.push(text);
    changed();
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    const { promise, resolve } = Promise.withResolvers<void>();
    changed = resolve;
    await promise;
  }
}

async function serve(at = socket): Promise<Feed> {
  const named = ({ node, pid }: FeedFollower): string =>
    `${node}${pid === process.pid ? '' : ' of another process'}`;
  const note = notes();
  const feed = await serveFeed(at, {
    onReport: (follower, report) => note(`${named(follower)}: ${JSON.stringify(report)}`),
    onLeave: (follower) => note(`${named(follower)} left`),
    onError: ({ message }) => note(message),
  });
  feeds.push(feed);
  return feed;
}

async function follow(at = socket): Promise<Recorder & { readonly source: FeedSource }> {
  const source = await feedSource(at, { node: 'n1', firstRetryMs: 5 });
  const heard = recorder();
  const note = notes();
  source.follow(heard, controller.signal).catch((error: unknown) => note(String(error)));
  return { ...heard, source };
}

test('all that there is, then what changes', async () => {
  const feed = await serve();
  feed.replace([podNamed('a'), podNamed('b')], '1');
  const heard = await follow();
  await heard.until(() => heard.told.length === 1);
  feed.change([goes('a'), comes('c')], '2');
  feed.trouble('the server is away');
  feed.change([], '3');
  await heard.until(() => heard.told.length === 4);
  expect(heard.told).toEqual(['=1 a b', '~2 -a +c', '! the server is away', '~3']);
  const late = await follow();
  await late.until(() => late.told.length === 1);
  expect(late.told).toEqual(['=3 b c']);
});

test('nothing is told as long as nothing is known, but what is in the way', async () => {
  const feed = await serve();
  const heard = await follow();
  feed.trouble('not in sync');
  await heard.until(() => heard.told.length === 1);
  feed.replace([], '1');
  await heard.until(() => heard.told.length === 2);
  expect(heard.told).toEqual(['! not in sync', '=1']);
});

test('objects are on the other side what they were', async () => {
  const objects = objectsIn(`
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [b]}]}, ingress: [{from: [{ipBlock: {cidr: "::/0", except: ["fd00::/8"]}}, {podSelector: {matchLabels: {app: a}}}], ports: [{port: 80, endPort: 90}]}]}}
---
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}}
`);
  const feed = await serve();
  feed.replace([...objects, podNamed('a'), podNamed('b')], '1');
  const heard = await follow();
  await heard.until(() => heard.told.length === 1);
  const got = [...heard.objects.values()];
  expect(got).toEqual([...objects, podNamed('a'), podNamed('b')]);
  const verdict = (port: number): string =>
    evaluate(clusterOf(got), {
      from: { kind: 'pod', namespace: 'shop', name: 'a' },
      to: { kind: 'pod', namespace: 'shop', name: 'b' },
      protocol: 'TCP',
      port,
      family: 'IPv4',
      viaService: false,
    }).verdict;
  expect([verdict(85), verdict(91)]).toEqual(['allow', 'deny']);
});

test('a policy that is entombed is there for whoever comes later', async () => {
  const [policy] = objectsIn(
    '{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p}, spec: {podSelector: {}}}',
  );
  if (policy?.kind !== 'NetworkPolicy') throw new Error('no policy');
  const feed = await serve();
  feed.replace([policy], '1');
  feed.change([{ kind: 'entomb', policy }], '2');
  const heard = await follow();
  await heard.until(() => heard.told.length === 1);
  expect(heard.told).toEqual(['=2 p']);
});

test('a feed that comes again is found, and tells all anew', async () => {
  const first = await serve();
  first.replace([podNamed('a')], '1');
  const heard = await follow();
  heard.source.report('one');
  await until(() => events.length === 1);
  await heard.until(() => heard.told.length === 1);
  first.close();
  await heard.until(() => heard.told.length >= 2);
  heard.source.report('two');
  const second = await serve();
  second.replace([podNamed('b')], '7');
  await heard.until(() => heard.told.at(-1) === '=7 b');
  await until(() => events.includes('n1: "two"'));
  expect(heard.told[1]).toBe(`! the feed \`${socket}\` has ended`);
  expect(events).toEqual(['n1: "one"', 'n1 left', 'n1: "two"']);
});

test('what was reported is reported again to who did not hear it', async () => {
  const first = await serve();
  const heard = await follow();
  heard.source.report({ realised: '1' });
  await until(() => events.length === 1);
  first.close();
  await serve();
  await until(() => events.length === 3);
  expect(events).toEqual(['n1: {"realised":"1"}', 'n1 left', 'n1: {"realised":"1"}']);
});

test('who reads nothing holds up nobody, and is told the latest', async () => {
  const feed = await serve();
  feed.replace([], '0');
  const lazy = connect(socket);
  await once(lazy, 'connect');
  lazy.write(frameOf({ kind: 'hello', format: 1, node: 'lazy', pid: 1 }));
  lazy.pause();
  const heard = await follow();
  await heard.until(() => heard.told.length === 1);
  for (let version = 1; version <= 3_000; version += 1) {
    feed.change([comes(`p${version % 10}`, `app-${version}`)], `${version}`);
    if (version % 100 === 0) await new Promise(setImmediate);
  }
  await heard.until(() => heard.told.at(-1)?.startsWith('~3000') === true);
  const { createFrameReader } = await import('./frames.ts');
  const read = createFrameReader(1 << 24);
  const versions: unknown[] = [];
  for await (const bytes of lazy) {
    for (const message of read(bytes)) versions.push(Object(message).version);
    if (versions.at(-1) === '3000') break;
  }
  expect(versions.length).toBeLessThan(3_000);
});

test.each<[reason: string, said: Buffer, why: string]>([
  ['another format', frameOf({ kind: 'hello', format: 0 }), 'it speaks format 0'],
  ['something else', frameOf('hello'), 'it says what no follower does'],
  ['no name', frameOf({ kind: 'hello', format: 1, pid: 1 }), 'it says what no follower does'],
  ['too much', Buffer.from([255, 0, 0, 0]), 'is too long'],
])('who says %s is turned away', async (_, said, why) => {
  const feed = await serve();
  feed.replace([], '0');
  const stranger = connect(socket);
  stranger.end(said);
  stranger.resume();
  await once(stranger, 'close');
  expect(events.join()).toContain(why);
});

test.each<[reason: string, said: unknown]>([
  ['another kind', { kind: 'gossip' }],
  ['trouble without words', { kind: 'trouble' }],
  ['objects without a version', { kind: 'replace', objects: [] }],
  ['changes that are no list', { kind: 'change', changes: {}, version: '1' }],
])('a feed that says what no feed does is left: %s', async (_, said) => {
  const server = createServer((client) => client.end(frameOf(said)));
  server.listen(socket);
  await once(server, 'listening');
  const heard = await follow();
  await heard.until(() => heard.told.length === 1);
  expect(heard.told[0]).toContain('says what no feed does');
  server.close();
});

test('what a follower throws ends it', async () => {
  const feed = await serve();
  feed.replace([], '0');
  const source = await feedSource(socket, { node: 'n1' });
  const broken = { ...recorder(), replace: () => expect.fail('broken') };
  await expect(source.follow(broken, controller.signal)).rejects.toThrow('broken');
});

test('the end of whoever follows is no trouble', async () => {
  await serve();
  const source = await feedSource(socket, { node: 'n1' });
  const heard = recorder();
  const followed = source.follow(heard, controller.signal);
  controller.abort();
  await followed;
  expect(heard.told).toEqual([]);
});

test('only this user may come, however deep the socket lies', async () => {
  const { mkdirSync } = await import('node:fs');
  const deep = path.join(folder, 'x'.repeat(100), 'y'.repeat(100));
  mkdirSync(deep, { recursive: true });
  const at = path.join(deep, 'feed.sock');
  const feed = await serve(at);
  feed.replace([podNamed('a')], '1');
  expect(statSync(at).mode & 0o777).toBe(0o600);
  const heard = await follow(at);
  await heard.until(() => heard.told.length === 1);
  expect(heard.told).toEqual(['=1 a']);
});
