import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { nftablesEvents } from './events.ts';
import {
  messageType,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSETELEM,
  NFT_MSG_NEWTABLE,
} from './message.ts';

const NFPROTO_INET = 1;

/** A notification; what is in it is not what the kernel promises. */
function answer(message: number, write: (into: Writer) => void, family = NFPROTO_INET): Answer {
  const body = new Writer().u8(family).u8(0).u16(0);
  write(body);
  return { type: messageType(message), flags: 0, sequence: 0, body: body.bytes() };
}

/** A rule with userdata, or with one expression. */
const rule = (write: (into: Writer) => void): Answer =>
  answer(NFT_MSG_NEWRULE, (body) => {
    body.stringAttribute(1, 'test').stringAttribute(2, 'c').u64BEAttribute(3, 1n);
    write(body);
  });
const expression = (name: string, write: (into: Writer) => void): Answer =>
  rule((body) =>
    body.nest(4, (list) => list.nest(1, (one) => one.stringAttribute(1, name).nest(2, write))),
  );

describe('an answer that is not what the kernel promises', () => {
  test.each<readonly [string, Answer]>([
    [
      'has no header',
      { type: messageType(NFT_MSG_NEWTABLE), flags: 0, sequence: 0, body: Buffer.alloc(2) },
    ],
    ['has no name', answer(NFT_MSG_NEWTABLE, () => undefined)],
    [
      'is of a family that is not there',
      answer(NFT_MSG_NEWTABLE, (body) => body.stringAttribute(1, 'test'), 200),
    ],
    [
      'is of a hook that is not there',
      answer(NFT_MSG_NEWCHAIN, (body) =>
        body
          .stringAttribute(1, 'test')
          .stringAttribute(3, 'c')
          .nest(4, (hook) => hook.u32BEAttribute(1, 99).u32BEAttribute(2, 0)),
      ),
    ],
    ['has userdata that is cut off', rule((body) => body.attribute(7, Buffer.from([0])))],
    [
      'has a comparison without a value',
      expression('cmp', (data) => data.u32BEAttribute(1, 8).u32BEAttribute(2, 0)),
    ],
    [
      'has a verdict that is not there',
      expression('immediate', (data) =>
        data
          .u32BEAttribute(1, 0)
          .nest(2, (value) => value.nest(2, (code) => code.u32BEAttribute(1, 77))),
      ),
    ],
    [
      'has an element without a key',
      answer(NFT_MSG_NEWSETELEM, (body) =>
        body
          .stringAttribute(1, 'test')
          .stringAttribute(2, 's')
          .nest(3, (list) => list.nest(1, () => undefined)),
      ),
    ],
  ])('%s', (_, malformed) => {
    expect(() => nftablesEvents([malformed])).toThrow(MalformedAnswer);
  });

  test('an expression of which a part has no words is unknown as a whole', () => {
    const [event] = nftablesEvents([expression('numgen', (data) => data.u32BEAttribute(3, 9))]);
    expect(event).toMatchObject({
      rule: { expressions: [{ kind: 'unknown', name: 'numgen' }] },
    });
  });
});
