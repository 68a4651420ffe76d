import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Writer } from '../codec/writer.ts';
import type { NetlinkSocket } from '../socket.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';
import { createEditReader, type NftEdit } from './edits.ts';
import { nftGeneration, nftPort } from './generation.ts';
import { messageType, NFNLGRP_NFTABLES, NFT_MSG_NEWGEN, NFT_MSG_NEWSET } from './message.ts';
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

const OTHER = { ...TABLE, name: 'test_2' };
const LAST = { ...TABLE, name: 'last' };
const set = setNamed('s');
const key = (last: number): { readonly key: Uint8Array } => ({
  key: Uint8Array.of(10, 0, 0, last),
});
const rule = ruleOf('c', { kind: 'verdict', verdict: { kind: 'accept' } });

const MADE: readonly Change[] = [
  { kind: 'addTable', table: TABLE },
  { kind: 'addChain', chain: chainNamed('c') },
  { kind: 'addSet', set },
];

describe.skipIf(cannotTest() !== undefined)(titled('edits of others'), () => {
  let kernel: TestRuleset;
  let own: NetlinkSocket;
  let listener: NetlinkSocket;

  beforeEach(() => {
    kernel = openTestRuleset();
    own = openNetfilterSocket(kernel.namespace);
    listener = openNetfilterSocket(kernel.namespace);
    commit(own, MADE);
    listener.join(NFNLGRP_NFTABLES);
  });
  afterEach(() => {
    for (const each of [own, listener, kernel]) each.close();
  });

  /** The edits of what happened until now. */
  async function editsOf(tables = [TABLE]): Promise<readonly NftEdit[]> {
    const reader = createEditReader({ tables: [...tables, LAST], own: nftPort(own) });
    commit(kernel.socket, [{ kind: 'addTable', table: LAST }]);
    const done = new AbortController();
    const edits: NftEdit[] = [];
    for await (const answers of listener.notifications({ signal: done.signal })) {
      edits.push(...reader.read(answers));
      if (edits.at(-1)?.touches[0]?.table === LAST) break;
    }
    return edits.slice(0, -1);
  }

  const said = ({ touches }: NftEdit): readonly unknown[] =>
    touches.map(({ how, object, name, count }) => [how, object, name, count]);

  test.each<[what: string, changes: readonly Change[], says: readonly unknown[]]>([
    [
      'a table',
      [{ kind: 'deleteTable', table: TABLE }],
      [
        ['delete', 'set', 's', 1],
        ['delete', 'chain', 'c', 1],
        ['delete', 'table', '', 1],
      ],
    ],
    ['a chain', [{ kind: 'addChain', chain: chainNamed('d') }], [['new', 'chain', 'd', 1]]],
    [
      'rules',
      [
        { kind: 'addRule', rule, at: { kind: 'first' } },
        { kind: 'addRule', rule, at: { kind: 'last' } },
      ],
      [['new', 'rule', 'c', 2]],
    ],
    ['a set', [{ kind: 'deleteSet', set }], [['delete', 'set', 's', 1]]],
    [
      'elements',
      [
        { kind: 'addElements', set, elements: [key(1), key(2)] },
        { kind: 'deleteElements', set, elements: [key(1)] },
      ],
      [
        ['new', 'element', 's', 2],
        ['delete', 'element', 's', 1],
      ],
    ],
  ])('are told as what was done: %s', async (_, changes, says) => {
    commit(kernel.socket, changes);
    const edits = await editsOf();
    expect(edits.map(said)).toEqual([says]);
    const { name, pid } = nftGeneration(own);
    expect(edits[0]?.generation).toMatchObject({ name, pid });
  });

  test('those of the own socket are left out, and those of other tables', async () => {
    commit(own, [{ kind: 'addElements', set, elements: [key(1)] }]);
    commit(kernel.socket, [{ kind: 'addTable', table: OTHER }]);
    commit(kernel.socket, [{ kind: 'addTable', table: { ...TABLE, family: 'ip' } }]);
    expect(await editsOf()).toEqual([]);
  });

  test('each commit is told by itself, with its generation', async () => {
    const { id } = nftGeneration(own);
    commit(kernel.socket, [{ kind: 'addElements', set, elements: [key(1)] }]);
    commit(own, [{ kind: 'addElements', set, elements: [key(2)] }]);
    commit(kernel.socket, [{ kind: 'addElements', set, elements: [key(3)] }]);
    const edits = await editsOf();
    expect(edits.map(({ generation }) => generation.id - id)).toEqual([1, 3]);
  });

  test('any of several tables may be the one', async () => {
    commit(kernel.socket, [{ kind: 'addTable', table: OTHER }]);
    const [edit] = await editsOf([TABLE, OTHER]);
    expect(edit?.touches[0]?.table).toBe(OTHER);
  });

  test.skipIf(cannotTest('nft') !== undefined)(
    titled('those of nft are told as nft’s, also what has no words here', 'nft'),
    async () => {
      kernel.nft('add counter inet test seen');
      kernel.nft('flush ruleset');
      const edits = await editsOf();
      expect(edits.map(({ generation }) => generation.name)).toEqual(['nft', 'nft']);
      expect(edits.map(said)[0]).toEqual([['new', 'other', 'seen', 1]]);
      expect(edits.map(said)[1]).toContainEqual(['delete', 'table', '', 1]);
    },
  );
});

test('a table is found wherever a message names it', () => {
  const message = (type: number, write: (body: Writer) => void) => {
    const body = new Writer().u8(1).u8(0).u16BE(0);
    write(body);
    return { type: messageType(type), flags: 0, sequence: 0, port: 7, body: body.bytes() };
  };
  const reader = createEditReader({ tables: [TABLE], own: 1 });
  const edits = reader.read([
    message(NFT_MSG_NEWSET, (body) => body.stringAttribute(2, 's').stringAttribute(1, 'test')),
    message(NFT_MSG_NEWSET, (body) => body.stringAttribute(2, 'test').stringAttribute(1, 's')),
    message(NFT_MSG_NEWSET, (body) => body.stringAttribute(1, 'testing')),
    message(NFT_MSG_NEWGEN, (body) => body.u32BEAttribute(1, 5)),
  ]);
  expect(edits).toEqual([
    {
      touches: [{ table: TABLE, how: 'new', object: 'set', name: 's', count: 1 }],
      generation: { id: 5, pid: 0, name: '' },
    },
  ]);
  expect(reader.read([{ type: 0x100, flags: 0, sequence: 0, body: Buffer.alloc(4) }])).toEqual([]);
});
