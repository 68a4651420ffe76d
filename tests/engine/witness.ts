import { FAMILIES, type Family, type IpAddress } from '@ringfence/core';
import {
  type Element,
  type KeyPart,
  type Packet,
  type Payload,
  type Ruleset,
  tracerOf,
} from '@ringfence/dataplane';
import type { Random } from '../kernel/flows/random.ts';

/** What packets are made of: everything at which rules or elements change their mind. */
interface Values {
  readonly addresses: Readonly<Record<Family, readonly IpAddress[]>>;
  readonly ports: readonly number[];
  readonly protocols: readonly number[];
  readonly interfaces: readonly string[];
  /** By address, the interface that it may come from. */
  readonly bound: ReadonlyMap<number | bigint, string>;
  readonly marks: readonly number[];
}

/**
 * Looks for a packet with which two rulesets do something else: packets at random, of values at the
 * edges of what elements say, most of them of what is in one ruleset only.
 *
 * @param own the node's addresses: what is from or to them is not routed.
 */
export function witnessBetween(
  [one, other]: readonly [Ruleset, Ruleset],
  { random, own, packets }: { random: Random; own: ReadonlySet<number | bigint>; packets: number },
): Packet | undefined {
  const tracers = [tracerOf(one), tracerOf(other)] as const;
  const all = valuesIn(elementsOf(one).concat(elementsOf(other)), [one, other]);
  const differing = valuesIn(differingElements(one, other), [one, other]);
  for (let count = 0; count < packets; count += 1) {
    const packet = packetOf(one.family, random, () => (random.percent(60) ? differing : all));
    const { way, source, destination } = packet;
    if (way === 'forward' && (own.has(source.value) || own.has(destination.value))) continue;
    const [left, right] = tracers.map((tracer) => tracer(packet));
    if (left?.verdict !== right?.verdict || left?.told !== right?.told) return packet;
  }
  return undefined;
}

interface PlacedElement {
  readonly fields: readonly string[];
  readonly element: Element;
}

function elementsOf({ sets, elements }: Ruleset): PlacedElement[] {
  return sets.flatMap(({ name, key }) =>
    (elements.get(name) ?? []).map((element) => ({ fields: key, element })),
  );
}

function differingElements(one: Ruleset, other: Ruleset): readonly PlacedElement[] {
  const text = ({ fields, element: { key, identity } }: PlacedElement): string =>
    [...fields, ...key.map(partText), identity].join(' ');
  const [left, right] = [elementsOf(one), elementsOf(other)];
  const [known, same] = [new Set(left.map(text)), new Set(right.map(text))];
  return [
    ...left.filter((each) => !same.has(text(each))),
    ...right.filter((each) => !known.has(text(each))),
  ];
}

function partText(part: KeyPart): string {
  return typeof part === 'object' ? `${part.first}-${part.last}` : `${part}`;
}

function valuesIn(placed: readonly PlacedElement[], rulesets: readonly Ruleset[]): Values {
  const numbers = {
    ports: new Set([1, 80, 65_535]),
    protocols: new Set([6, 17, 132, 1, 58, 99, 4]),
  };
  const v4 = new Set<number>([0x0808_0808, 0xffff_ffff]);
  const v6 = new Set<bigint>([0x2001_0db8n << 96n]);
  const interfaces = new Set(['eth0', 'lo', 'rfx']);
  for (const { fields, element } of placed) {
    for (const [place, part] of element.key.entries()) {
      const field = fields[place] ?? '';
      for (const value of edgesOf(part)) {
        if (typeof value === 'string') interfaces.add(value);
        else if (typeof value === 'bigint') v6.add(BigInt.asUintN(128, value));
        else if (field.endsWith('4')) v4.add(value >>> 0);
        else if (field.endsWith('Port')) numbers.ports.add(Math.min(Math.max(value, 1), 65_535));
        else if (field === 'protocol') numbers.protocols.add(value & 0xff);
      }
    }
  }
  return {
    addresses: {
      IPv4: [...v4].map((value) => ({ family: 'IPv4', value })),
      IPv6: [...v6].map((value) => ({ family: 'IPv6', value })),
    },
    ports: [...numbers.ports],
    protocols: [...numbers.protocols],
    interfaces: [...interfaces],
    bound: boundIn(rulesets),
    marks: [0, 0x1_0000, 1],
  };
}

/** A value, and those beside it. */
function edgesOf(part: KeyPart): readonly (string | number | bigint)[] {
  if (typeof part === 'string') return [part];
  const [first, last] = typeof part === 'object' ? [part.first, part.last] : [part, part];
  return [...beside(first), ...beside(last)];
}

function beside(value: KeyPart): readonly (number | bigint)[] {
  if (typeof value === 'bigint') return [value - 1n, value, value + 1n];
  return typeof value === 'number' ? [value - 1, value, value + 1] : [];
}

function boundIn(rulesets: readonly Ruleset[]): ReadonlyMap<number | bigint, string> {
  const bound = new Map<number | bigint, string>();
  for (const { elements } of rulesets) {
    for (const { key } of [...(elements.get('bound4') ?? []), ...(elements.get('bound6') ?? [])]) {
      const [name, address] = key;
      if (
        typeof name === 'string' &&
        (typeof address === 'number' || typeof address === 'bigint')
      ) {
        bound.set(address, name);
      }
    }
  }
  return bound;
}

const STATES = ['new', 'new', 'new', 'established', 'related', 'invalid', 'untracked'] as const;

function packetOf(family: Ruleset['family'], random: Random, values: () => Values): Packet {
  const of = random.pick(FAMILIES);
  const source = random.pick(values().addresses[of]);
  const destination = random.pick(values().addresses[of]);
  const through = (address: IpAddress): string => {
    const known = values().bound.get(address.value);
    return random.percent(85) ? (known ?? 'eth0') : random.pick(values().interfaces);
  };
  const way = family === 'bridge' ? 'bridge' : random.percent(85) ? 'forward' : 'input';
  const state = random.pick(STATES);
  const isTracked = state !== 'untracked';
  return {
    way,
    inputInterface: through(source),
    outputInterface: way === 'forward' ? through(destination) : '',
    frame: frameOf(family, random),
    source,
    destination,
    payload: payloadOf(of, random, values()),
    connection: {
      state,
      direction: isTracked && random.percent(30) ? 'reply' : 'original',
      mark: isTracked ? random.pick(values().marks) : 0,
    },
  };
}

function frameOf(family: Ruleset['family'], random: Random): Packet['frame'] {
  if (family !== 'bridge') return { cast: 'one', carries: 'ip', tagged: false };
  return {
    cast: random.percent(80) ? 'one' : 'many',
    carries: random.percent(70) ? 'ip' : random.pick(['arp', 'other'] as const),
    tagged: random.percent(10),
  };
}

const TYPES = [0, 5, 8, 9, 11, 128, 131, 133, 134, 135, 136, 137, 143];

/** Port 0 is left out: policies cannot name it. */
function payloadOf(family: Family, random: Random, values: Values): Payload {
  const protocol = random.pick(values.protocols);
  if (protocol === 1 || protocol === 58) {
    return random.percent(50) && protocol === (family === 'IPv4' ? 1 : 58)
      ? { kind: 'icmp', type: random.pick(TYPES), code: 0 }
      : { kind: 'other', protocol: 99 };
  }
  if (protocol === 99 || protocol === 4) return { kind: 'other', protocol };
  return {
    kind: 'ports',
    protocol,
    sourcePort: random.pick(values.ports),
    destinationPort: random.pick(values.ports),
    syn: random.percent(80),
  };
}
