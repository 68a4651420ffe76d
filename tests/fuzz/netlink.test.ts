import { unreachable } from '@ringfence/core';
import {
  addresses,
  flowEvents,
  flows,
  forwardings,
  KernelError,
  links,
  MalformedAnswer,
  neighbours,
  nftablesEvents,
  nftChains,
  nftElements,
  nftGeneration,
  nftRules,
  nftSets,
  nftTables,
  packetHeader,
  routeEvents,
  routes,
  rules,
} from '@ringfence/netlink';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz, PATIENCE, speaksPlainly } from './fuzz.ts';
import { type Answer, answering, soundAnswers } from './netlink-answers.ts';

const SOUND = soundAnswers();

/** Everything that reads what the kernel says. */
const READERS: readonly ((answers: readonly Answer[]) => unknown)[] = [
  routeEvents,
  nftablesEvents,
  flowEvents,
  ...[links, addresses, routes, rules, neighbours, flows].map(
    (list) => (answers: readonly Answer[]) => list(answering(answers)),
  ),
  (answers) => forwardings(answering(answers), 1),
  ...[nftTables, nftChains, nftRules, nftSets, nftGeneration].map(
    (list) => (answers: readonly Answer[]) => list(answering(answers)),
  ),
  (answers) => nftElements(answering(answers), { family: 'inet', table: 't', name: 's' }),
];

/** What bytes that come from outside can suffer. Offsets count from the end where negative. */
type Damage =
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  /** An attribute's length is two bytes at a multiple of four. */
  | { readonly kind: 'length'; readonly at: number; readonly value: number }
  | { readonly kind: 'type'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number; readonly value: number }
  | { readonly kind: 'insert'; readonly at: number; readonly value: number };

const arbDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('length' as const),
    at: fc.nat(),
    value: fc.oneof(fc.constantFrom(0, 1, 3, 4, 5, 8, 0x7fff, 0xffff), fc.nat(64)),
  }),
  fc.record({ kind: fc.constant('type' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat(40) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), value: fc.nat(40) }),
);

function damaged(body: Buffer, { kind, at, value }: Damage): Buffer {
  const bytes = Buffer.from(body);
  const place = at % (bytes.length + 1);
  const aligned = place & ~3;
  switch (kind) {
    case 'byte':
      if (place < bytes.length) bytes.writeUInt8(value, place);
      return bytes;
    case 'length':
      if (aligned + 2 <= bytes.length) bytes.writeUInt16LE(value, aligned);
      return bytes;
    case 'type':
      if (aligned + 4 <= bytes.length) bytes.writeUInt16LE(value, aligned + 2);
      return bytes;
    case 'cut':
      return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + value)]);
    case 'insert':
      return Buffer.concat([
        bytes.subarray(0, aligned),
        Buffer.from([value & ~3, 0, at & 0x1f, 0]),
        Buffer.alloc(Math.max(0, (value & ~3) - 4), at & 0xff),
        bytes.subarray(aligned),
      ]);
    default:
      return unreachable(kind);
  }
}

const arbAnswer: fc.Arbitrary<Answer> = fc
  .tuple(
    fc.constantFrom(...SOUND),
    fc.option(fc.constantFrom(...SOUND.map(({ type }) => type)), { freq: 4, nil: undefined }),
    fc.oneof(
      { arbitrary: fc.array(arbDamage, { maxLength: 4 }), weight: 6 },
      { arbitrary: fc.uint8Array({ maxLength: 80 }), weight: 1 },
    ),
  )
  .map(([sound, type, harm]) => ({
    ...sound,
    type: type ?? sound.type,
    body:
      harm instanceof Uint8Array
        ? Buffer.from(harm)
        : harm.reduce(damaged, Buffer.from(sound.body)),
  }));

/** Runs what may fail in the ways that callers know. */
function tolerant(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof MalformedAnswer || error instanceof KernelError)) throw error;
    speaksPlainly(error.message);
  }
}

test('sound answers are read', PATIENCE, () => {
  expect(SOUND.length).toBeGreaterThan(15);
  const events = [...routeEvents(SOUND), ...nftablesEvents(SOUND), ...flowEvents(SOUND)];
  expect(new Set(events.map((event) => ('kind' in event ? event.kind : 'flow')))).toEqual(
    new Set([
      'link',
      'address',
      'route',
      'neighbour',
      'flow',
      'newTable',
      'newChain',
      'newSet',
      'newElements',
      'newRule',
      'deleteRule',
    ]),
  );
});

test('damaged answers are read, or malformed', PATIENCE, () => {
  fuzz(fc.array(arbAnswer, { minLength: 1, maxLength: 3 }), 4_000, (answers) => {
    for (const read of READERS) tolerant(() => read(answers));
  });
});

test('the headers of any packet are read as far as they go', PATIENCE, () => {
  fuzz(fc.uint8Array({ maxLength: 200 }), 4_000, (bytes) => {
    packetHeader(Buffer.from(bytes));
  });
});
