import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerQuery, failure, type Transport } from './answer.ts';
import { decodeHeader, decodeQuery, type Question, type Response } from './message.ts';
import { type DomainName, nameOf } from './name.ts';
import { recordOf } from './name-entry.ts';
import { type RecordData, TYPE } from './record.ts';
import { dataText, numbered, queryBytes, type ReadResponse, readResponse } from './testing.ts';

const arbLabel = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 63 })
  .map((bytes) => String.fromCharCode(...bytes));
/** Few labels, so that names share their ends. */
const arbShort = fc.array(fc.constantFrom('a', 'B', 'b', 'svc', 'cluster'), { maxLength: 5 });
const arbName: fc.Arbitrary<DomainName> = fc.oneof(fc.array(arbLabel, { maxLength: 3 }), arbShort);
const arbU16 = fc.integer({ min: 0, max: 65_535 });

const arbData: fc.Arbitrary<RecordData> = fc.oneof(
  fc.nat(0xffff_ffff).map((value) => ({ kind: 'address', address: { family: 'IPv4', value } })),
  fc.bigInt(0n, (1n << 128n) - 1n).map((value) => ({
    kind: 'address',
    address: { family: 'IPv6', value },
  })),
  fc.record({ kind: fc.constantFrom('CNAME', 'NS', 'PTR'), target: arbShort }),
  fc.record({
    kind: fc.constant('SRV'),
    priority: arbU16,
    weight: arbU16,
    port: arbU16,
    target: arbShort,
  }),
  fc.record({
    kind: fc.constant('SOA'),
    primary: arbShort,
    mailbox: arbShort,
    serial: fc.constant(1),
    refreshSeconds: arbU16,
    retrySeconds: arbU16,
    expireSeconds: arbU16,
    negativeSeconds: arbU16,
  }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 255 }).map((text) => ({ kind: 'TXT', text })),
) as fc.Arbitrary<RecordData>;

const arbRecords = fc.array(
  fc.record({ name: arbShort, data: arbData }).map(({ name, data }) => recordOf(name, data)),
  { maxLength: 12 },
);

function ask(
  bytes: Uint8Array,
  response: Partial<Response> = {},
  transport: Transport = 'TCP',
): ReadResponse {
  const whole: Response = { ...failure('noError'), authoritative: true, ...response };
  const answer = answerQuery(bytes, { transport, resolve: () => whole });
  if (answer === undefined) throw new Error('there is no answer');
  return readResponse(answer);
}

describe('queries', () => {
  test('what was asked is what is read, in its case, whatever bytes it has', () => {
    fc.assert(
      fc.property(arbName, arbU16, arbU16, (name, type, id) => {
        const bytes = queryBytes({ name, type, id, udpBytes: 1_400 });
        expect(decodeHeader(bytes)).toEqual({
          id,
          isResponse: false,
          opcode: 0,
          recursionDesired: true,
        });
        expect(decodeQuery(bytes)).toEqual({
          question: { name, type, class: 1 },
          edns: { udpBytes: 1_400, version: 0, dnssecOk: true },
        });
      }),
    );
  });

  test('a name that points back ends, one that points ahead or to itself is none', () => {
    const query = (name: readonly number[], before: readonly number[]): Uint8Array =>
      Uint8Array.from([...before, ...name, 0, 1, 0, 1]);
    // The id and the flags spell the label `a` and the end.
    const header = [1, 0x61, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    const pointed = decodeQuery(query([1, 0x62, 0xc0, 0], header));
    expect(pointed?.question.name).toEqual(['b', 'a']);
    for (const pointer of [12, 13, 14, 200]) {
      expect(decodeQuery(query([1, 0x62, 0xc0, pointer], header))).toBe(undefined);
    }
  });

  const QUERY = queryBytes({ name: 'web.shop', type: 1, udpBytes: 1_232 });
  const changed = (at: number, value: number): Uint8Array => {
    const bytes = Uint8Array.from(QUERY);
    bytes[at] = value;
    return bytes;
  };
  test.each<readonly [string, Uint8Array]>([
    ['no question', changed(5, 0)],
    ['two questions', changed(5, 2)],
    ['fewer records than it says', changed(11, 2)],
    ['OPT among the answers', changed(7, 1).with(11, 0)],
    ['a reserved kind of label', changed(12, 0x43)],
    ['a name without end', QUERY.subarray(0, 18)],
    ['a cut question', QUERY.subarray(0, 24)],
    ['a cut record', QUERY.subarray(0, QUERY.length - 1)],
    ['bytes after its end', Uint8Array.from([...QUERY, 0])],
    ['a name of more than 255 bytes', queryBytes({ name: 'a.'.repeat(128), type: 1 })],
  ])('with %s a query is malformed', (_, bytes) => {
    expect(decodeQuery(bytes)).toBe(undefined);
    expect(ask(bytes)).toMatchObject({ id: 7, code: 1, question: '', answers: [] });
  });

  test.each<readonly [string, number, Parameters<typeof queryBytes>[0]]>([
    ['another opcode', 4, { name: 'a', type: 1, flags: 0x2000 }],
    ['another class', 5, { name: 'a', type: 1, qclass: 3 }],
    ['a copy of the zone', 5, { name: 'a', type: TYPE.AXFR }],
    ['another version of EDNS', 0, { name: 'a', type: 1, udpBytes: 512, version: 1 }],
  ])('%s is told so', (_, code, query) => {
    const answers = [recordOf(['a'], { kind: 'TXT', text: 'never' })];
    expect(ask(queryBytes(query), { answers })).toMatchObject({ code, answers: [] });
  });

  test('the upper bits of a code are in the OPT record', () => {
    const query = queryBytes({ name: 'a', type: 1, udpBytes: 512, version: 1 });
    expect(ask(query).additional).toEqual(['. TYPE41 1']);
  });

  test('only a client that says OPT is told OPT', () => {
    const query = { name: 'a', type: 1 };
    expect(ask(queryBytes(query)).additional).toEqual([]);
    expect(ask(queryBytes({ ...query, udpBytes: 512 })).additional).toEqual(['. TYPE41 0']);
  });

  test('neither answers nor pieces of a header are answered', () => {
    const answer = (bytes: Uint8Array): Uint8Array | undefined =>
      answerQuery(bytes, { transport: 'UDP', resolve: () => failure('noError') });
    expect(answer(queryBytes({ name: 'a', type: 1, flags: 0x8000 }))).toBe(undefined);
    expect(answer(QUERY.subarray(0, 11))).toBe(undefined);
    expect(answer(new Uint8Array(0))).toBe(undefined);
  });

  test('no bytes break it, and what answers them is well-formed', () => {
    const arbMutated = fc
      .tuple(fc.array(fc.tuple(fc.nat(QUERY.length - 1), fc.nat(255))), fc.nat(QUERY.length))
      .map(([changes, length]) => {
        const bytes = Uint8Array.from(QUERY);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 80 }), arbMutated),
        fc.constantFrom<Transport>('UDP', 'TCP'),
        (bytes, transport) => {
          const resolve = ({ name }: Question): Response => ({
            ...failure('noError'),
            answers: [recordOf(name, { kind: 'CNAME', target: name })],
          });
          const answer = answerQuery(bytes, { transport, resolve });
          if (answer !== undefined) readResponse(answer);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('responses', () => {
  const QUESTION = { name: nameOf('B.svc.cluster'), type: 1 };

  test('what is written is what is read', () => {
    fc.assert(
      fc.property(arbRecords, arbRecords, arbRecords, (answers, authority, additional) => {
        const texts = (records: typeof answers): readonly string[] =>
          records.map(({ name, data }) => `${name.join('.')}. ${dataText(data)}`.toLowerCase());
        const read = ask(queryBytes(QUESTION), { answers, authority, additional });
        const lower = (lines: readonly string[]): readonly string[] =>
          lines.map((line) => line.toLowerCase());
        expect(lower(read.answers)).toEqual(texts(answers));
        expect(lower(read.authority)).toEqual(texts(authority));
        expect(lower(read.additional)).toEqual(texts(additional));
        expect(read).toMatchObject({ id: 7, code: 0, authoritative: true, truncated: false });
      }),
    );
  });

  test('the name of the question is echoed in its case, and pointed to', () => {
    const name = nameOf('wEb.Shop.svc.cluster.local');
    const address = { kind: 'address', address: numbered(1) } as const;
    const answers = [recordOf(nameOf('web.shop.svc.cluster.local'), address)];
    const query = queryBytes({ name, type: 1 });
    const whole = { ...failure('noError'), answers };
    const bytes = answerQuery(query, { transport: 'UDP', resolve: () => whole });
    expect(bytes?.length).toBe(query.length + 16);
    expect(readResponse(bytes ?? query).answers).toEqual([
      'wEb.Shop.svc.cluster.local. A 10.2.0.1',
    ]);
  });

  test('the target of SRV is written out, as RFC 2782 wants it', () => {
    const target = nameOf('B.svc.cluster');
    const srv = { kind: 'SRV', priority: 0, weight: 0, port: 80, target } as const;
    const whole = { ...failure('noError'), answers: [recordOf(target, srv)] };
    const query = queryBytes(QUESTION);
    const bytes = answerQuery(query, { transport: 'UDP', resolve: () => whole });
    expect(bytes?.length).toBe(query.length + 12 + 6 + 15);
  });

  const addresses = (count: number): Response['answers'] =>
    Array.from({ length: count }, (_, number) =>
      recordOf(QUESTION.name, { kind: 'address', address: numbered(number) }),
    );

  test.each<readonly [string, Transport, number | undefined, number, boolean]>([
    ['what a client without OPT takes', 'UDP', undefined, 30, false],
    ['more than a client without OPT takes', 'UDP', undefined, 31, true],
    ['more, for a client that says less', 'UDP', 100, 31, true],
    ['what a client with OPT takes', 'UDP', 1_232, 74, false],
    ['more than a client with OPT takes', 'UDP', 1_232, 75, true],
    ['much over TCP', 'TCP', undefined, 4_000, false],
    ['more than a message can have', 'TCP', undefined, 4_100, true],
  ])('%s', (_, transport, udpBytes, count, truncated) => {
    const query = queryBytes({ ...QUESTION, ...(udpBytes === undefined ? {} : { udpBytes }) });
    const read = ask(query, { answers: addresses(count) }, transport);
    expect(read.truncated).toBe(truncated);
    expect(read.answers).toHaveLength(truncated ? read.answers.length : count);
    expect(read.answers.length).toBeGreaterThanOrEqual(Math.min(count, 29));
  });

  test('what is additional is left out without a word', () => {
    const read = ask(
      queryBytes(QUESTION),
      { answers: addresses(20), additional: addresses(20) },
      'UDP',
    );
    expect(read).toMatchObject({ truncated: false });
    expect([read.answers.length, read.additional.length]).toEqual([20, 10]);
  });

  test('no answer is longer than its client takes', () => {
    fc.assert(
      fc.property(
        arbRecords,
        arbRecords,
        fc.option(arbU16, { nil: undefined }),
        (answers, authority, udpBytes) => {
          const size = udpBytes === undefined ? {} : { udpBytes };
          const response = { ...failure('noError'), answers, authority };
          const bytes = answerQuery(queryBytes({ ...QUESTION, ...size }), {
            transport: 'UDP',
            resolve: () => response,
          });
          if (bytes === undefined) throw new Error('there is no answer');
          const read = readResponse(bytes);
          expect(bytes.length).toBeLessThanOrEqual(Math.max(udpBytes ?? 0, 512));
          const written = read.answers.length + read.authority.length;
          expect(read.truncated).toBe(written < answers.length + authority.length);
        },
      ),
    );
  });
});
