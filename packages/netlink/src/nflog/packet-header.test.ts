import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ipBytes } from '../ip-text.ts';
import type { PacketHeader } from './ip-header.ts';
import { packetHeader } from './packet-header.ts';

const PORTS = [0x30, 0x39, 0x00, 0x50];
const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;

interface Ipv4Options {
  readonly protocol?: number;
  readonly options?: readonly number[];
  /** In units of 8 bytes. */
  readonly fragment?: number;
  readonly next?: readonly number[];
}

function ipv4({ protocol = TCP, options = [], fragment = 0, next = PORTS }: Ipv4Options): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x40 | ((20 + options.length) / 4), 0);
  // "More fragments" says nothing about ports.
  header.writeUInt16BE(0x2000 | fragment, 6);
  header.writeUInt8(protocol, 9);
  header.set(ipBytes('10.0.0.1'), 12);
  header.set(ipBytes('192.168.1.2'), 16);
  return Buffer.concat([header, Buffer.from(options), Buffer.from(next)]);
}

/** Extension headers as `[type, bytes]`, whose first byte becomes the type of what follows. */
function ipv6(
  protocol: number,
  extensions: readonly (readonly [type: number, bytes: readonly number[]])[] = [],
  next: readonly number[] = PORTS,
): Buffer {
  const types = [...extensions.map(([type]) => type), protocol];
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt8(types[0] ?? 0, 6);
  header.set(ipBytes('2001:db8::1'), 8);
  header.set(ipBytes('fe80::2'), 24);
  const chain = extensions.map(([, bytes], index) =>
    Buffer.from([types[index + 1] ?? 0, ...bytes.slice(1)]),
  );
  return Buffer.concat([header, ...chain, Buffer.from(next)]);
}

const WITH_PORTS = {
  sourcePort: 12_345,
  destinationPort: 80,
  icmpType: undefined,
  icmpCode: undefined,
};
const NOTHING = { ...WITH_PORTS, sourcePort: undefined, destinationPort: undefined };

const V4 = { family: 'IPv4', source: '10.0.0.1', destination: '192.168.1.2' } as const;
const V6 = { family: 'IPv6', source: '2001:db8::1', destination: 'fe80::2' } as const;

const HOP_BY_HOP = [0, [0, 0, 5, 2, 0, 0, 1, 0]] as const;
const LONG_OPTIONS = [60, [0, 1, 1, 12, ...Array.from({ length: 12 }, () => 0xff)]] as const;
const ROUTING = [43, [0, 2, 4, 0, 0, 0, 0, 0, ...Array.from({ length: 16 }, () => 0xff)]] as const;
const FIRST_FRAGMENT = [44, [0, 0xff, 0, 1, 0, 0, 0, 9]] as const;
const LATER_FRAGMENT = [44, [0, 0, 0, 8, 0, 0, 0, 9]] as const;
const AUTHENTICATION = [51, [0, 4, 0, 0, ...Array.from({ length: 20 }, () => 0xff)]] as const;

describe('whole packets', () => {
  test.each<[string, Buffer, PacketHeader]>([
    ['TCP', ipv4({}), { ...V4, protocol: TCP, ...WITH_PORTS }],
    ['UDP', ipv4({ protocol: UDP }), { ...V4, protocol: UDP, ...WITH_PORTS }],
    ['DCCP', ipv4({ protocol: 33 }), { ...V4, protocol: 33, ...WITH_PORTS }],
    ['SCTP', ipv4({ protocol: 132 }), { ...V4, protocol: 132, ...WITH_PORTS }],
    ['UDP-Lite', ipv4({ protocol: 136 }), { ...V4, protocol: 136, ...WITH_PORTS }],
    ['GRE has no ports', ipv4({ protocol: 47 }), { ...V4, protocol: 47, ...NOTHING }],
    [
      'ICMP',
      ipv4({ protocol: ICMP, next: [3, 13, 0, 0] }),
      { ...V4, protocol: ICMP, ...NOTHING, icmpType: 3, icmpCode: 13 },
    ],
    ['options', ipv4({ options: [1, 1, 1, 0] }), { ...V4, protocol: TCP, ...WITH_PORTS }],
    [
      'as many options as there can be',
      ipv4({ options: Array.from({ length: 40 }, () => 1) }),
      { ...V4, protocol: TCP, ...WITH_PORTS },
    ],
    ['a later fragment', ipv4({ fragment: 1 }), { ...V4, protocol: TCP, ...NOTHING }],
    ['the last fragment', ipv4({ fragment: 0x1fff }), { ...V4, protocol: TCP, ...NOTHING }],
    ['TCP on IPv6', ipv6(TCP), { ...V6, protocol: TCP, ...WITH_PORTS }],
    [
      'ICMPv6',
      ipv6(ICMPV6, [], [135, 0, 0, 0]),
      { ...V6, protocol: ICMPV6, ...NOTHING, icmpType: 135, icmpCode: 0 },
    ],
    ['hop-by-hop options', ipv6(UDP, [HOP_BY_HOP]), { ...V6, protocol: UDP, ...WITH_PORTS }],
    [
      'many headers',
      ipv6(TCP, [HOP_BY_HOP, LONG_OPTIONS, ROUTING, FIRST_FRAGMENT, AUTHENTICATION, LONG_OPTIONS]),
      { ...V6, protocol: TCP, ...WITH_PORTS },
    ],
    ['a later IPv6 fragment', ipv6(TCP, [LATER_FRAGMENT]), { ...V6, protocol: TCP, ...NOTHING }],
    [
      'a later fragment that hides its protocol',
      ipv6(TCP, [LATER_FRAGMENT, LONG_OPTIONS]),
      { ...V6, protocol: undefined, ...NOTHING },
    ],
    ['encrypted', ipv6(50), { ...V6, protocol: 50, ...NOTHING }],
    ['nothing follows', ipv6(59, [HOP_BY_HOP], []), { ...V6, protocol: 59, ...NOTHING }],
  ])('%s', (_, packet, wanted) => {
    expect(packetHeader(packet)).toEqual(wanted);
  });
});

describe('truncated packets', () => {
  test.each<[string, Buffer, PacketHeader | undefined]>([
    ['nothing', Buffer.alloc(0), undefined],
    ['neither IPv4 nor IPv6', Buffer.alloc(100, 0x50), undefined],
    ['no addresses', ipv4({}).subarray(0, 19), undefined],
    ['no ports', ipv4({}).subarray(0, 20), { ...V4, protocol: TCP, ...NOTHING }],
    [
      'the source port only',
      ipv4({}).subarray(0, 23),
      { ...V4, protocol: TCP, ...WITH_PORTS, destinationPort: undefined },
    ],
    [
      'the ICMP type only',
      ipv4({ protocol: ICMP, next: [8] }),
      { ...V4, protocol: ICMP, ...NOTHING, icmpType: 8 },
    ],
    [
      'options that are cut off',
      ipv4({ options: [1, 1, 1, 1], next: [] }).subarray(0, 22),
      { ...V4, protocol: TCP, ...NOTHING },
    ],
    ['no IPv6 addresses', ipv6(TCP).subarray(0, 39), undefined],
    ['no ports on IPv6', ipv6(TCP, [], []), { ...V6, protocol: TCP, ...NOTHING }],
    [
      'an extension header that is cut off',
      ipv6(TCP, [HOP_BY_HOP]).subarray(0, 47),
      { ...V6, protocol: undefined, ...NOTHING },
    ],
    [
      'an extension header whose end is cut off',
      ipv6(TCP, [LONG_OPTIONS], []).subarray(0, 50),
      { ...V6, protocol: TCP, ...NOTHING },
    ],
  ])('%s', (_, packet, wanted) => {
    expect(packetHeader(packet)).toEqual(wanted);
  });
});

test('a header that is shorter than headers are is none', () => {
  const packet = ipv4({});
  packet.writeUInt8(0x44, 0);
  expect(packetHeader(packet)).toBe(undefined);
});

test('a part of a packet tells nothing that the whole packet does not', () => {
  const whole = ipv6(TCP, [HOP_BY_HOP, LONG_OPTIONS, ROUTING, FIRST_FRAGMENT, AUTHENTICATION]);
  const all = new Map(Object.entries(packetHeader(whole) ?? {}));
  for (let length = 0; length < whole.length; length += 1) {
    const part = packetHeader(whole.subarray(0, length)) ?? {};
    for (const [field, value] of Object.entries(part)) {
      if (value !== undefined) expect([field, value]).toEqual([field, all.get(field)]);
    }
  }
});

test('no bytes make it fail', () => {
  const arbVersion = fc.constantFrom(0x40, 0x45, 0x4f, 0x60, 0x00);
  // Small numbers are extension headers often.
  const arbBytes = fc.array(fc.oneof(fc.constantFrom(0, 43, 44, 51, 60), fc.nat(255)), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(arbVersion, arbBytes, (version, bytes) => {
      const read = packetHeader(Buffer.from([version, ...bytes]));
      expect(read?.source).not.toBe('');
    }),
    { numRuns: 5_000 },
  );
});
