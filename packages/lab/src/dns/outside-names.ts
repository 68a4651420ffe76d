import { hash } from 'node:crypto';
import type { IpAddress } from '@ringfence/core';
import { type ClusterView, hasNamespace } from './cluster-view.ts';
import type { DomainName } from './name.ts';
import { addressEntry, type NameEntry, NOTHING } from './name-entry.ts';

/**
 * The names of the world outside, which this machine's lab does not have.
 *
 * Its outside owns every address and answers on every port. So that manifests and guides that fetch
 * a page of the internet meet it, every name that could be somebody's (`www.example.com`) has one
 * address in each family, made out of the name: always the same one, from ranges that nobody has
 * (198.18.0.0/15 is for benchmarks, 2001:db8::/32 for documentation). It has no other records.
 *
 * These do not exist:
 * - a single label (`foo`): nobody's name is a top-level domain;
 * - names below `invalid`, `test`, `local`, `onion` and `internal`, which are kept free of the
 *   public tree (RFC 6761, RFC 6762, RFC 7686; `example` is looked up as any other), and below a
 *   number, which would be an address;
 * - names that begin with the label `wpad`: clients that look for a proxy shall find none;
 * - what somebody meant to be a name of the cluster: `web.shop` where `shop` is a namespace, all
 *   below a Service (`web-9.web.shop`), and all below `svc` and `pod`. With a search list such a name is asked in the end as it stands, and
 *   a Service that was misspelt must not be answered by the outside.
 *
 * `localhost` is this machine (RFC 6761, 6.3).
 */
export function outsideEntry(cluster: ClusterView, name: DomainName): NameEntry | undefined {
  const [last, before] = [name.at(-1), name.at(-2)];
  // The root is there; so is `local`, which the cluster's domain is below.
  if (last === undefined || (last === 'local' && before === undefined)) return NOTHING;
  if (last === 'localhost') return addressEntry(name, LOOPBACK);
  if (before === undefined || NOWHERE.has(last) || /^\d+$/u.test(last)) return undefined;
  if (name[0] === 'wpad') return undefined;
  if (name.length === 2 && hasNamespace(cluster, last)) return undefined;
  if (cluster.service(last, before) !== undefined) return undefined;
  return addressEntry(name, addressesOf(name));
}

const NOWHERE: ReadonlySet<string> = new Set([
  'invalid',
  'test',
  'local',
  'onion',
  'internal',
  'svc',
  'pod',
]);

const LOOPBACK: readonly IpAddress[] = [
  { family: 'IPv4', value: 0x7f00_0001 },
  { family: 'IPv6', value: 1n },
];

const FIRST_IPV4 = 0xc612_0000;
const SIZE_IPV4 = 2 ** 17;
const FIRST_IPV6 = 0x2001_0db8_ffff_0000_0000_0000_0000_0000n;
const BITS_IPV6 = 80n;

/** The first and the last address of the IPv4 range could be taken for something else. */
function addressesOf(name: DomainName): readonly IpAddress[] {
  const digest = hash('sha256', name.join('.'), 'buffer');
  const number = digest.readUInt32BE(0) % (SIZE_IPV4 - 2);
  const suffix = digest.readBigUInt64BE(4) | (BigInt(digest.readUInt16BE(12)) << 64n);
  return [
    { family: 'IPv4', value: FIRST_IPV4 + 1 + number },
    { family: 'IPv6', value: FIRST_IPV6 | BigInt.asUintN(Number(BITS_IPV6), suffix) },
  ];
}
