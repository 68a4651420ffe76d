import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { ipText } from '../ip-text.ts';
import { decodeFlow } from './decode-flow.ts';
import type { Flow, FlowTuple } from './flow.ts';
import { encodeDirections, NO_TRANSPORT } from './testing.ts';
import { CTA_TUPLE_ORIG } from './wire.ts';

function answer(body: Buffer): Answer {
  return { type: 0x0100, flags: 0, sequence: 0, body };
}

const arbFamily = fc.constantFrom('IPv4' as const, 'IPv6' as const);
const arbPort = fc.nat(0xffff);
const arbByte = fc.nat(0xff);

function arbTuple(family: Flow['family']): fc.Arbitrary<FlowTuple> {
  const length = family === 'IPv4' ? 4 : 16;
  const arbAddress = fc.uint8Array({ minLength: length, maxLength: length }).map(ipText);
  const arbTransport = fc.oneof(
    fc.constant({}),
    fc.record({ sourcePort: arbPort, destinationPort: arbPort }),
    fc.record({ icmpId: arbPort, icmpType: arbByte, icmpCode: arbByte }),
  );
  const arbZone = fc.option(arbPort, { nil: undefined });
  return fc
    .record({ source: arbAddress, destination: arbAddress, transport: arbTransport, zone: arbZone })
    .map(({ transport, ...rest }) => ({ ...NO_TRANSPORT, ...transport, ...rest }));
}

const arbFlow: fc.Arbitrary<Flow> = arbFamily.chain((family) =>
  fc.record({
    id: fc.constant(0),
    family: fc.constant(family),
    protocol: arbByte,
    original: arbTuple(family),
    reply: arbTuple(family),
    mark: fc.constant(0),
    status: fc.constant(0),
    timeoutSeconds: fc.constant(undefined),
    tcpState: fc.constant(undefined),
    zone: fc.constant(0),
  }),
);

test('tuples are read as they were written', () => {
  fc.assert(
    fc.property(arbFlow, (flow) => {
      expect(decodeFlow(answer(encodeDirections(flow).bytes()))).toEqual(flow);
    }),
  );
});

test('a flow that is cut off is malformed, or lacks what comes last', () => {
  fc.assert(
    fc.property(arbFlow, fc.nat(), (flow, cut) => {
      const bytes = encodeDirections(flow).bytes();
      try {
        decodeFlow(answer(bytes.subarray(0, cut % bytes.length)));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
  );
});

test('random bytes in a flow are a flow or malformed', () => {
  const arbNoise = fc.array(fc.tuple(fc.nat(500), arbByte), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(arbFlow, arbNoise, (flow, noise) => {
      const bytes = encodeDirections(flow).bytes();
      for (const [at, value] of noise) bytes[at % bytes.length] = value;
      try {
        decodeFlow(answer(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
    { numRuns: 2_000 },
  );
});

describe('what is no flow', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['no family', Buffer.from([1, 0, 0, 0])],
    ['no directions', Buffer.from([2, 0, 0, 0])],
    [
      'an empty direction',
      new Writer()
        .u8(2)
        .u8(0)
        .u16(0)
        .nest(CTA_TUPLE_ORIG, () => {})
        .bytes(),
    ],
  ])('%s', (_, body) => {
    expect(() => decodeFlow(answer(body))).toThrow(MalformedAnswer);
  });
});
