import { formatAddress, type IpAddress, type Service, unreachable } from '@ringfence/core';
import { type DomainName, nameOf, readName } from './name.ts';
import { type RecordData, TYPE } from './record.ts';
import { serviceNamed } from '../testing.ts';

/** What a test asks, as bytes: a standard query for a name, with OPT where a size is given. */
export function queryBytes({
  name,
  type,
  id = 7,
  qclass = 1,
  flags = 0x0100,
  udpBytes,
  version = 0,
}: {
  readonly name: DomainName | string;
  readonly type: number;
  readonly id?: number;
  readonly qclass?: number;
  readonly flags?: number;
  readonly udpBytes?: number;
  readonly version?: number;
}): Uint8Array {
  const labels = typeof name === 'string' ? nameOf(name) : name;
  const question = [...labels.flatMap((label) => [label.length, ...latin1(label)]), 0];
  const options = udpBytes === undefined ? [] : [0, ...u16(41), ...u16(udpBytes), 0, version];
  const rest = udpBytes === undefined ? [] : [0x80, 0, 0, 0];
  const header = [id, flags, 1, 0, 0, udpBytes === undefined ? 0 : 1].flatMap(u16);
  return Uint8Array.from([
    ...header,
    ...question,
    ...u16(type),
    ...u16(qclass),
    ...options,
    ...rest,
  ]);
}

function u16(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function latin1(text: string): readonly number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** A response as a test reads it: every record is one line. */
export interface ReadResponse {
  readonly id: number;
  readonly code: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly question: string;
  readonly answers: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

/** Reads a response, and throws where it is not well-formed. */
export function readResponse(bytes: Uint8Array): ReadResponse {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint16(2);
  let at = 12;
  let question = '';
  if (view.getUint16(4) === 1) {
    const asked = nameAt(bytes, at);
    question = `${asked.name} ${view.getUint16(asked.next)}`;
    at = asked.next + 4;
  }
  const section = (count: number): readonly string[] =>
    Array.from({ length: count }, () => {
      const { name, next } = nameAt(bytes, at);
      const length = view.getUint16(next + 8);
      at = next + 10 + length;
      const data = dataAt(bytes, { type: view.getUint16(next), at: next + 10, length });
      const extra = view.getUint16(next) === TYPE.OPT ? ` ${view.getUint8(next + 4)}` : '';
      return `${name} ${data}${extra}`;
    });
  const [answers = [], authority = [], additional = []] = [6, 8, 10].map((count) =>
    section(view.getUint16(count)),
  );
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes are left`);
  return {
    id: view.getUint16(0),
    code: flags & 0xf,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    question,
    answers,
    authority,
    additional,
  };
}

function nameAt(bytes: Uint8Array, at: number): { readonly name: string; readonly next: number } {
  const read = readName(bytes, at);
  if (read === undefined) throw new Error(`no name at ${at}`);
  return { name: `${read.name.join('.')}.`, next: read.next };
}

function dataAt(
  bytes: Uint8Array,
  { type, at, length }: { readonly type: number; readonly at: number; readonly length: number },
): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const name = (offset: number): string => nameAt(bytes, offset).name;
  if (type === TYPE.A) return `A ${formatAddress({ family: 'IPv4', value: view.getUint32(at) })}`;
  if (type === TYPE.AAAA) {
    const value = (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
    return `AAAA ${formatAddress({ family: 'IPv6', value })}`;
  }
  if (type === TYPE.CNAME) return `CNAME ${name(at)}`;
  if (type === TYPE.NS) return `NS ${name(at)}`;
  if (type === TYPE.PTR) return `PTR ${name(at)}`;
  if (type === TYPE.SRV) {
    const numbers = [0, 2, 4].map((offset) => view.getUint16(at + offset));
    return `SRV ${numbers.join(' ')} ${name(at + 6)}`;
  }
  if (type === TYPE.SOA) return `SOA ${name(at)} minimum ${view.getUint32(at + length - 4)}`;
  if (type === TYPE.TXT)
    return `TXT ${String.fromCharCode(...bytes.subarray(at + 1, at + length))}`;
  return `TYPE${type}`;
}

/** What a record says, in the words in which `readResponse` says it. */
export function dataText(data: RecordData): string {
  switch (data.kind) {
    case 'address':
      return `${data.address.family === 'IPv4' ? 'A' : 'AAAA'} ${formatAddress(data.address)}`;
    case 'SRV':
      return `SRV ${data.priority} ${data.weight} ${data.port} ${data.target.join('.')}.`;
    case 'SOA':
      return `SOA ${data.primary.join('.')}. minimum ${data.negativeSeconds}`;
    case 'TXT':
      return `TXT ${data.text}`;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return `${data.kind} ${data.target.join('.')}.`;
    default:
      return unreachable(data);
  }
}

/** A Service of namespace `shop` with a port `http`, that picks the pods labelled with its name. */
export function serviceOf(name: string, rest: Partial<Service> = {}): Service {
  const port = { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080, nodePort: 0 } as const;
  return serviceNamed(name, { selector: new Map([['app', name]]), ports: [port], ...rest });
}

/** An IPv4 address of the range 10.2.0.0/16. */
export function numbered(number: number): IpAddress {
  return { family: 'IPv4', value: 0x0a02_0000 + number };
}
