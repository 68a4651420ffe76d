import type { IpAddress } from '@ringfence/core';
import type { DomainName } from './name.ts';
import type { RecordData, ResourceRecord } from './record.ts';

/** What is known about one name: its records of every type. */
export interface NameEntry {
  /** Empty where the name is there only because others are below it. */
  readonly records: readonly ResourceRecord[];
  /** What who reads the records will ask next. */
  readonly additional: readonly ResourceRecord[];
}

/** A name that exists and has no records. */
export const NOTHING: NameEntry = { records: [], additional: [] };

/** How long clients remember what they were told, and that there was nothing to tell. */
export const TTL_SECONDS = 5;

/** A record that is remembered as long as all others. */
export function recordOf(name: DomainName, data: RecordData): ResourceRecord {
  return { name, ttlSeconds: TTL_SECONDS, data };
}

/** A name with records that lead to no other name. */
export function entryOf(name: DomainName, ...data: readonly RecordData[]): NameEntry {
  return { records: data.map((each) => recordOf(name, each)), additional: [] };
}

/** A name with addresses, each once: pods on one node's network share theirs. */
export function addressEntry(name: DomainName, addresses: readonly IpAddress[]): NameEntry {
  const distinct = new Map(addresses.map((address) => [address.value, address]));
  return entryOf(
    name,
    ...[...distinct.values()].map((address) => ({ kind: 'address', address }) as const),
  );
}
