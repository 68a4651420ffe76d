import { type IpAddress, unreachable } from '@ringfence/core';
import type { DomainName } from './name.ts';
import type { MessageWriter } from './writer.ts';

/** What a record says of its name. */
export type RecordData =
  /** A or AAAA, as its family is. */
  | { readonly kind: 'address'; readonly address: IpAddress }
  | { readonly kind: 'CNAME' | 'NS' | 'PTR'; readonly target: DomainName }
  | {
      readonly kind: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: DomainName;
    }
  | {
      readonly kind: 'SOA';
      readonly primary: DomainName;
      readonly mailbox: DomainName;
      readonly serial: number;
      readonly refreshSeconds: number;
      readonly retrySeconds: number;
      readonly expireSeconds: number;
      /** How long it is remembered that something is not there. */
      readonly negativeSeconds: number;
    }
  /** At most 255 bytes. */
  | { readonly kind: 'TXT'; readonly text: string };

export interface ResourceRecord {
  readonly name: DomainName;
  readonly ttlSeconds: number;
  readonly data: RecordData;
}

export const CLASS_IN = 1;

/** Numbers of the types that are known here; every other type is a number without a name. */
export const TYPE = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const;

/** The number of a record's type. */
export function typeOf(data: RecordData): number {
  if (data.kind !== 'address') return TYPE[data.kind];
  return data.address.family === 'IPv4' ? TYPE.A : TYPE.AAAA;
}

/** Writes a record: its name, what it is, and its data with the length before it. */
export function writeRecord(into: MessageWriter, { name, ttlSeconds, data }: ResourceRecord): void {
  into.name(name);
  into.u16(typeOf(data));
  into.u16(CLASS_IN);
  into.u32(ttlSeconds);
  into.u16(0);
  const start = into.length();
  writeData(into, data);
  into.setU16(start - 2, into.length() - start);
}

function writeData(into: MessageWriter, data: RecordData): void {
  switch (data.kind) {
    case 'address':
      return writeAddress(into, data.address);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return into.name(data.target);
    case 'SRV':
      for (const value of [data.priority, data.weight, data.port]) into.u16(value);
      return into.name(data.target, true);
    case 'SOA':
      into.name(data.primary);
      into.name(data.mailbox);
      into.u32(data.serial);
      into.u32(data.refreshSeconds);
      into.u32(data.retrySeconds);
      into.u32(data.expireSeconds);
      return into.u32(data.negativeSeconds);
    case 'TXT':
      into.u8(data.text.length);
      return into.text(data.text);
    default:
      return unreachable(data);
  }
}

function writeAddress(into: MessageWriter, address: IpAddress): void {
  if (address.family === 'IPv4') return into.u32(address.value);
  into.u64(address.value >> 64n);
  into.u64(address.value & 0xffff_ffff_ffff_ffffn);
}
