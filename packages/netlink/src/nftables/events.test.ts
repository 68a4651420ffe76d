import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NetlinkSocket } from '../socket.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import { type NftablesEvent, nftablesEvents } from './events.ts';
import { nftGeneration } from './generation.ts';
import { NFNLGRP_NFTABLES } from './message.ts';
import { openNetfilterSocket } from './netfilter.ts';
import {
  cannotTest,
  chainNamed,
  openTestRuleset,
  ruleOf,
  setNamed,
  TABLE,
  type TestRuleset,
  titled,
} from './testing.ts';

const KINDS = {
  newTable: true,
  deleteTable: true,
  newChain: true,
  deleteChain: true,
  newRule: true,
  deleteRule: true,
  newSet: true,
  deleteSet: true,
  newElements: true,
  deleteElements: true,
  newGeneration: true,
  unknown: true,
} as const satisfies Readonly<Record<NftablesEvent['kind'], true>>;

const set = setNamed('s');
const elements = [{ key: Uint8Array.of(10, 0, 0, 1) }];
const reference = { family: TABLE.family, table: TABLE.name, name: 's' } as const;
const rule = ruleOf('c', { kind: 'verdict', verdict: { kind: 'accept' } });

const STEPS: readonly { readonly change: Change; readonly event: NftablesEvent }[] = [
  {
    change: { kind: 'addTable', table: TABLE },
    event: { kind: 'newTable', table: { ...TABLE, ownerPort: 0 } },
  },
  {
    change: { kind: 'addChain', chain: chainNamed('c') },
    event: { kind: 'newChain', chain: chainNamed('c') },
  },
  { change: { kind: 'addSet', set }, event: { kind: 'newSet', set } },
  {
    change: { kind: 'addElements', set, elements },
    event: { kind: 'newElements', set: reference, elements },
  },
  {
    change: { kind: 'addRule', rule, at: { kind: 'last' } },
    event: { kind: 'newRule', rule: { ...rule, handle: 3 } },
  },
  {
    change: { kind: 'deleteRule', rule: { ...rule, handle: 3 } },
    event: {
      kind: 'deleteRule',
      rule: { family: TABLE.family, table: TABLE.name, chain: 'c', handle: 3 },
    },
  },
  {
    change: { kind: 'deleteElements', set, elements },
    event: { kind: 'deleteElements', set: reference, elements },
  },
  { change: { kind: 'deleteSet', set }, event: { kind: 'deleteSet', set: reference } },
  {
    change: { kind: 'deleteChain', chain: chainNamed('c') },
    event: { kind: 'deleteChain', chain: chainNamed('c') },
  },
  {
    change: { kind: 'deleteTable', table: TABLE },
    event: { kind: 'deleteTable', table: { family: TABLE.family, name: TABLE.name } },
  },
];

/** What a listener is told, until so many generations were made. */
async function eventsUntil(
  listener: NetlinkSocket,
  generations: number,
): Promise<readonly NftablesEvent[]> {
  const done = new AbortController();
  const events: NftablesEvent[] = [];
  for await (const answers of listener.notifications({ signal: done.signal })) {
    events.push(...nftablesEvents(answers));
    if (events.filter(({ kind }) => kind === 'newGeneration').length >= generations) break;
  }
  done.abort();
  return events;
}

describe.skipIf(cannotTest() !== undefined)(titled('events'), () => {
  let kernel: TestRuleset;
  let listener: NetlinkSocket;

  beforeEach(() => {
    kernel = openTestRuleset();
    listener = openNetfilterSocket(kernel.namespace);
    listener.join(NFNLGRP_NFTABLES);
  });
  afterEach(() => {
    listener.close();
    kernel.close();
  });

  test('each change is told, and then the generation', async () => {
    const { id, pid, name } = nftGeneration(kernel.socket);
    for (const { change } of STEPS) commit(kernel.socket, [change]);
    const told = await eventsUntil(listener, STEPS.length);
    expect(told).toEqual(
      STEPS.flatMap(({ event }, index) => [
        event,
        { kind: 'newGeneration', generation: { id: id + index + 1, pid, name } },
      ]),
    );
  });

  test('one commit is told together', async () => {
    commit(
      kernel.socket,
      STEPS.slice(0, 5).map(({ change }) => change),
    );
    const told = await eventsUntil(listener, 1);
    expect(told.slice(0, -1)).toEqual(STEPS.slice(0, 5).map(({ event }) => event));
    expect(told.at(-1)?.kind).toBe('newGeneration');
  });

  test.skipIf(cannotTest('nft') !== undefined)(
    titled('what others do is told as theirs, and what has no words as unknown', 'nft'),
    async () => {
      kernel.nft('table inet other { counter c { packets 0 bytes 0; }; }');
      const told = await eventsUntil(listener, 1);
      expect(told.map(({ kind }) => kind)).toEqual(['newTable', 'unknown', 'newGeneration']);
      const last = told.at(-1);
      if (last?.kind !== 'newGeneration') throw new Error('no generation');
      expect(last.generation.name).toBe('nft');
      expect(last.generation.pid).not.toBe(nftGeneration(kernel.socket).pid);
    },
  );

  test('every kind of event occurs', () => {
    const occurring = [...STEPS.map(({ event }) => event.kind), 'newGeneration', 'unknown'];
    expect(occurring.sort()).toEqual(Object.keys(KINDS).sort());
  });

  test('messages of other subsystems are left out', () => {
    expect(
      nftablesEvents([{ type: 0x0100, flags: 0, sequence: 0, body: Buffer.alloc(4) }]),
    ).toEqual([]);
  });
});
