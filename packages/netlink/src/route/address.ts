import type { Buffer } from 'node:buffer';
import { type Answer, NLM_F_CREATE, NLM_F_EXCL } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { NetlinkSocket } from '../socket.ts';
import { type IpFamily, ipBytes, ipFamily } from '../ip-text.ts';
import { listByFamily } from './list-by-family.ts';
import {
  familyNumber,
  familyNumbered,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from './rtnetlink.ts';
import { type RouteScope, scopeNumber, scopeNumbered } from './scope.ts';
import { attributesBehind, ipOf, present, u32Of } from './strict.ts';

/** An address of a link. */
export interface LinkAddress {
  /** The link's index. */
  readonly link: number;
  readonly family: IpFamily;
  readonly address: string;
  /** Of the network around it, or around its peer. */
  readonly prefix: number;
  /** The address at the other end of a wire; empty for none. */
  readonly peer: string;
  readonly scope: RouteScope | number;
  /** Whether it is not in use yet, because somebody else might have it. */
  readonly tentative: boolean;
  /** Whether it stays until it is deleted. */
  readonly permanent: boolean;
}

/** What tells an address of a link from the others. */
export interface LinkAddressKey {
  readonly link: number;
  readonly address: string;
  readonly prefix: number;
  readonly peer?: string;
}

export interface NewLinkAddress extends LinkAddressKey {
  /** Whether an IPv6 address is in use at once, without asking whether somebody else has it. */
  readonly noDad?: boolean;
  /** Whether the kernel makes no route to the network around it. */
  readonly noPrefixRoute?: boolean;
  /** Of an IPv4 address; `universe` when absent. The kernel knows that of an IPv6 address. */
  readonly scope?: RouteScope;
}

/** `struct ifaddrmsg`: family, prefix, flags, scope, link. */
const HEADER = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;
const IFA_F_TENTATIVE = 0x40;
const IFA_F_PERMANENT = 0x80;
const IFA_F_NOPREFIXROUTE = 0x200;

/** Lists the addresses of all links: IPv4, then IPv6. */
export function addresses(socket: NetlinkSocket): readonly LinkAddress[] {
  return listByFamily(socket, {
    type: RTM_GETADDR,
    object: 'addresses',
    body: (family) => new Writer().u8(family).u8(0).u16(0).u32(0).bytes(),
    decode: decodeAddress,
  });
}

/** Gives a link an address. @throws {KernelError} `EEXIST` when it has it. */
export function addAddress(socket: NetlinkSocket, address: NewLinkAddress): void {
  const flags =
    (address.noDad === true ? IFA_F_NODAD : 0) |
    (address.noPrefixRoute === true ? IFA_F_NOPREFIXROUTE : 0);
  const body = addressBody(address, { flags, scope: address.scope ?? 'universe' });
  socket.request(
    { type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, body },
    { operation: 'add address', object: named(address) },
  );
}

/** Takes an address from a link. @throws {KernelError} `EADDRNOTAVAIL` when it has not got it. */
export function deleteAddress(socket: NetlinkSocket, address: LinkAddressKey): void {
  const body = addressBody(address, { flags: 0, scope: 'universe' });
  socket.request(
    { type: RTM_DELADDR, flags: 0, body },
    { operation: 'delete address', object: named(address) },
  );
}

/**
 * Reads a message about an address; `undefined` for one of another family than IP.
 *
 * @throws {MalformedAnswer}
 */
export function decodeAddress(answer: Answer): LinkAddress | undefined {
  const attributes = attributesBehind(HEADER, answer);
  const { body } = answer;
  const family = familyNumbered(body[0]);
  if (family === undefined) return undefined;
  const flags = u32Of(attributes, IFA_FLAGS, body.readUInt8(2));
  const far = present(ipOf(attributes, IFA_ADDRESS, family), 'an address');
  // Without a peer IPv4 has the address in both attributes, IPv6 only in the first one.
  const near = ipOf(attributes, IFA_LOCAL, family);
  const hasPeer = near !== '' && near !== far;
  return {
    link: body.readUInt32LE(4),
    family,
    address: hasPeer ? near : far,
    prefix: body.readUInt8(1),
    peer: hasPeer ? far : '',
    scope: scopeNumbered(body.readUInt8(3)),
    tentative: (flags & IFA_F_TENTATIVE) !== 0,
    permanent: (flags & IFA_F_PERMANENT) !== 0,
  };
}

function addressBody(
  { link, address, prefix, peer }: LinkAddressKey,
  { flags, scope }: { readonly flags: number; readonly scope: RouteScope },
): Buffer {
  return new Writer()
    .u8(familyNumber(ipFamily(address)))
    .u8(prefix)
    .u8(0)
    .u8(scopeNumber(scope))
    .u32(link)
    .attribute(IFA_LOCAL, ipBytes(address))
    .attribute(IFA_ADDRESS, ipBytes(peer ?? address))
    .u32Attribute(IFA_FLAGS, flags)
    .bytes();
}

function named({ link, address, prefix, peer }: LinkAddressKey): string {
  const towards = peer === undefined ? '' : ` peer ${peer}`;
  return `${address}${towards}/${prefix} of link ${link}`;
}
