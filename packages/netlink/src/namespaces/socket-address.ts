import { Buffer } from 'node:buffer';
import { ipBytes, type IpFamily, ipText } from '../ip-text.ts';
import { DOMAIN } from './inet-family.ts';

/** `struct sockaddr_in` of an IPv4 address, `struct sockaddr_in6` of an IPv6 one. */
export function encodeSocketAddress({
  family,
  address,
  port,
}: {
  readonly family: IpFamily;
  readonly address: string;
  /** 0 for sockets that know no ports. */
  readonly port: number;
}): Uint8Array {
  const bytes = Buffer.alloc(SIZE[family]);
  bytes.writeUInt16LE(DOMAIN[family], 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(ipBytes(address), ADDRESS[family].offset);
  return bytes;
}

/** The address in what `encodeSocketAddress` gives, as text. */
export function addressIn(family: IpFamily, bytes: Uint8Array): string {
  const { offset, length } = ADDRESS[family];
  return ipText(bytes.subarray(offset, offset + length));
}

const SIZE: Readonly<Record<IpFamily, number>> = { IPv4: 16, IPv6: 28 };
const ADDRESS = { IPv4: { offset: 4, length: 4 }, IPv6: { offset: 8, length: 16 } } as const;
