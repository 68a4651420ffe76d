import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliveryErrorIn } from './delivery-error.ts';

const SCTP = 'c350 1f90 0000000a';
const IPV4 = '45000028 00000000 3f84 0000 0a010101 0a010102';
const IPV4_WITH_OPTIONS = '46000028 00000000 3f84 0000 0a010101 0a010102 01010101';
const IPV6 = `60000000 0014 84 3f 20010db8${'0'.repeat(23)}1 20010db8${'0'.repeat(23)}2`;

const bytesOf = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const ports = { localPort: 50_000, peerPort: 8_080 };
const ENDS = { local: '10.1.1.1', peer: '10.1.1.2', ...ports };
const ENDS6 = { local: '2001:db8::1', peer: '2001:db8::2', ...ports };

describe('what is told of a packet over IPv4', () => {
  test.each([
    ['network unreachable', '0300', 'ENETUNREACH'],
    ['host unreachable', '0301', 'EHOSTUNREACH'],
    ['protocol unreachable', '0302', 'ECONNREFUSED'],
    ['port unreachable', '0303', 'ECONNREFUSED'],
    ['prohibited by an administrator', '030d', 'EHOSTUNREACH'],
  ])('%s', (_, type, code) => {
    const told = { ends: ENDS, tag: 10, code };
    expect(deliveryErrorIn('IPv4', bytesOf(`${type} 0000 00000000 ${IPV4} ${SCTP}`))).toEqual(told);
    const longer = bytesOf(`${type} 0000 00000000 ${IPV4_WITH_OPTIONS} ${SCTP} 00`);
    expect(deliveryErrorIn('IPv4', longer)).toEqual(told);
  });
});

describe('what is told of a packet over IPv6', () => {
  test.each([
    ['no route', '0100', 'ENETUNREACH'],
    ['prohibited by an administrator', '0101', 'EHOSTUNREACH'],
    ['address unreachable', '0103', 'EHOSTUNREACH'],
    ['port unreachable', '0104', 'ECONNREFUSED'],
    ['unknown next header', '0401', 'ECONNREFUSED'],
  ])('%s', (_, type, code) => {
    const bytes = bytesOf(`${type} 0000 00000028 ${IPV6} ${SCTP}`);
    expect(deliveryErrorIn('IPv6', bytes)).toEqual({ ends: ENDS6, tag: 10, code });
  });
});

describe('nothing is told by', () => {
  test.each([
    ['nothing', 'IPv4', ''],
    ['an echo reply', 'IPv4', `0000 0000 00000000 ${IPV4} ${SCTP}`],
    ['fragmentation needed', 'IPv4', `0304 0000 00000000 ${IPV4} ${SCTP}`],
    ['time exceeded', 'IPv4', `0b00 0000 00000000 ${IPV4} ${SCTP}`],
    ['a packet of UDP', 'IPv4', `0303 0000 00000000 ${IPV4.replace('3f84', '3f11')} ${SCTP}`],
    ['a cut header', 'IPv4', `0303 0000 00000000 ${IPV4.slice(0, -2)}`],
    ['cut ports', 'IPv4', `0303 0000 00000000 ${IPV4} ${SCTP.slice(0, -2)}`],
    ['packet too big', 'IPv6', `0200 0000 00000500 ${IPV6} ${SCTP}`],
    ['a neighbour', 'IPv6', `8700 0000 00000000 ${IPV6} ${SCTP}`],
    ['another wrong header', 'IPv6', `0400 0000 00000000 ${IPV6} ${SCTP}`],
    ['a packet of TCP', 'IPv6', `0104 0000 00000000 ${IPV6.replace(' 84 ', ' 06 ')} ${SCTP}`],
  ] as const)('%s', (_, family, text) => {
    expect(deliveryErrorIn(family, bytesOf(text))).toBe(undefined);
  });

  test('random bytes, without an end in disaster', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('IPv4' as const, 'IPv6' as const),
        fc.constantFrom('0303', '0104'),
        fc.uint8Array({ maxLength: 70 }),
        (family, type, rest) => {
          const bytes = Buffer.concat([bytesOf(type), rest]);
          expect(() => deliveryErrorIn(family, bytes)).not.toThrow();
        },
      ),
    );
  });
});
