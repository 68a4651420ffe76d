import type { Match } from '@ringfence/dataplane';
import type { FoundPart, Reading } from './decode-rule-reading.ts';
import { IPOPT_LSRR, IPOPT_SSRR } from './encode-header-match.ts';
import { isNoEtherType } from './part.ts';
import type { Step } from './step.ts';
import { readNetworkNumber } from './value-bytes.ts';

const TCP = 6;
const ICMP = { IPv4: 1, IPv6: 58 } as const;

/** Reads a match against what is in the packet itself. */
export function headerMatchAt({ steps, held }: Reading, at: number): FoundPart | undefined {
  const [load, second, third] = steps.slice(at, at + 3);
  if (load?.kind === 'meta') return metaMatch(load, second, at);
  if (load?.kind === 'exthdr') return sourceRouteMatch(load, at);
  if (load?.kind !== 'payload') return undefined;
  if (load.base === 'network') return networkMatch(load, [second, third], at);
  if (load.base === 'link_layer') return etherTypeMatch(at);
  return load.base === 'transport'
    ? transportMatch({ steps, held }, [load, second, third], at)
    : undefined;
}

function transportMatch(
  { steps, held }: Pick<Reading, 'steps' | 'held'>,
  [load, second, third]: readonly [
    Extract<Step, { readonly kind: 'payload' }>,
    ...(Step | undefined)[],
  ],
  at: number,
): FoundPart | undefined {
  const next = at + 2;
  if (load.offset === 13 && third?.kind === 'cmp') {
    return { match: { kind: 'notSyn' }, needs: [`protocol ${TCP}`], next: at + 3 };
  }
  const numbers = numbersIn(second);
  if (numbers === undefined) return undefined;
  if (load.offset === 2) return portMatch(steps, { at, held, ports: numbers });
  const family = isAfter(steps, at, ICMP.IPv4, held) ? 'IPv4' : 'IPv6';
  const needs = [family, `protocol ${ICMP[family]}`];
  return { match: { kind: 'icmpType', family, types: numbers }, needs, next };
}

/** Whether a protocol was asked for just before, or earlier. */
function isAfter(
  steps: readonly Step[],
  at: number,
  protocol: number,
  held: ReadonlySet<string>,
): boolean {
  const test = steps[at - 1];
  const isJustBefore = test?.kind === 'cmp' && test.data.length === 1 && test.data[0] === protocol;
  return isJustBefore || held.has(`protocol ${protocol}`);
}

function portMatch(
  steps: readonly Step[],
  { at, held, ports }: { at: number; held: ReadonlySet<string>; ports: readonly number[] },
): FoundPart | undefined {
  const test = steps[at - 1];
  const [before] = test?.kind === 'cmp' && test.data.length === 1 ? test.data : [];
  const known = [...held].find((name) => name.startsWith('protocol '));
  const protocol = before ?? (known === undefined ? undefined : Number(known.split(' ')[1]));
  if (protocol === undefined) return undefined;
  const match: Match = { kind: 'destinationPort', protocol, ports };
  return { match, needs: [`protocol ${protocol}`], next: at + 2 };
}

/** The numbers of which a register is to have one. */
function numbersIn(test: Step | undefined): readonly number[] | undefined {
  const values =
    test?.kind === 'oneOf'
      ? test.values.bytes
      : test?.kind === 'cmp' && test.op === 'eq'
        ? [test.data]
        : undefined;
  if (values === undefined || values.length === 0) return undefined;
  if (!values.every(({ length }) => length === 1 || length === 2)) return undefined;
  return values.map((bytes) => Number(numberIn(bytes))).sort((left, right) => left - right);
}

function numberIn(bytes: Uint8Array): number | bigint {
  return readNetworkNumber(
    new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    0,
    bytes.length,
  );
}

function metaMatch(
  load: Extract<Step, { readonly kind: 'meta' }>,
  test: Step | undefined,
  at: number,
): FoundPart | undefined {
  const numbers = numbersIn(test);
  if (numbers === undefined) return undefined;
  const next = at + 2;
  if (load.key === 'l4proto') {
    return { match: { kind: 'protocol', protocols: numbers }, needs: [], next };
  }
  return load.key === 'pkttype' ? { match: { kind: 'toMany' }, needs: [], next } : undefined;
}

/** Three comparisons, one for each type that is meant. */
function etherTypeMatch(at: number): FoundPart {
  const count = 3 * isNoEtherType('ARP').length;
  return { match: { kind: 'otherEtherType' }, needs: [], next: at + count };
}

function networkMatch(
  load: Extract<Step, { readonly kind: 'payload' }>,
  tests: readonly (Step | undefined)[],
  at: number,
): FoundPart | undefined {
  const isBefore = load.length === 1 && load.offset < SOURCE6;
  return isBefore ? headerByteMatch(load, tests[0], at) : prefixMatch(load, tests, at);
}

function sourceRouteMatch(
  { type }: Extract<Step, { readonly kind: 'exthdr' }>,
  at: number,
): FoundPart | undefined {
  if (type !== IPOPT_LSRR && type !== IPOPT_SSRR) return undefined;
  const match: Match = { kind: 'sourceRoute4', strict: type === IPOPT_SSRR };
  return { match, needs: ['IPv4'], next: at + 2 };
}

/** One byte before the addresses: how often IPv6 is sent on, or how long the header of IPv4 is. */
function headerByteMatch(
  { offset }: Extract<Step, { readonly kind: 'payload' }>,
  test: Step | undefined,
  at: number,
): FoundPart | undefined {
  if (offset === 0) return { match: { kind: 'options4' }, needs: ['IPv4'], next: at + 3 };
  const [hops] = test?.kind === 'cmp' ? test.data : [];
  if (hops === undefined) return undefined;
  return { match: { kind: 'hopLimit6', hops }, needs: ['IPv6'], next: at + 2 };
}

const SOURCE6 = 8;
const DESTINATION6 = 24;

function prefixMatch(
  load: Extract<Step, { readonly kind: 'payload' }>,
  [second, third]: readonly (Step | undefined)[],
  at: number,
): FoundPart | undefined {
  const fields = { [SOURCE6]: 'source6', [DESTINATION6]: 'destination6' } as const;
  const field =
    load.offset === SOURCE6 || load.offset === DESTINATION6 ? fields[load.offset] : undefined;
  const isMasked = second?.kind === 'bitwise';
  const test = isMasked ? third : second;
  if (field === undefined || test?.kind !== 'cmp') return undefined;
  const length = isMasked ? bitsIn(second.mask) : 8 * load.length;
  const whole = new Uint8Array(16);
  whole.set(test.data.subarray(0, 16));
  const first = BigInt(numberIn(whole));
  return {
    match: { kind: 'prefix6', field, first, length },
    needs: ['IPv6'],
    next: at + (isMasked ? 3 : 2),
  };
}

function bitsIn(mask: Uint8Array): number {
  return [...mask].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
}
