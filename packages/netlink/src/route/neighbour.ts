import { type Answer, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { Errand, NetlinkSocket } from '../socket.ts';
import { type IpFamily, ipBytes, ipFamily } from '../ip-text.ts';
import { listByFamily } from './list-by-family.ts';
import { macBytes, macText } from './mac-text.ts';
import {
  NDA_DST,
  NDA_LLADDR,
  NEIGHBOUR_HEADER,
  NTF_PROXY,
  NUD_PERMANENT,
  neighbourHeader,
} from './neighbour-message.ts';
import { type NeighbourState, neighbourStateNumbered } from './neighbour-state.ts';
import {
  familyNumber,
  familyNumbered,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from './rtnetlink.ts';
import { attributesBehind, ipOf, present } from './strict.ts';

/** A machine on a link, and its hardware address. */
export interface Neighbour {
  /** The link's index; 0 for a proxy entry of all links. */
  readonly link: number;
  readonly family: IpFamily;
  readonly address: string;
  /** Empty where not known, and of a proxy entry. */
  readonly mac: string;
  readonly state: NeighbourState | number;
  /** Whether this machine answers for the address instead of knowing who has it. */
  readonly proxy: boolean;
}

/** What tells a neighbour from others. */
export interface NeighbourKey {
  readonly link: number;
  readonly address: string;
}

export interface NewNeighbour extends NeighbourKey {
  readonly mac: string;
  /** Whether what is known about the address is forgotten; otherwise it is an error. */
  readonly replace?: boolean;
}

/** Lists neighbours, proxy entries after the others, IPv4 before IPv6. */
export function neighbours(socket: NetlinkSocket): readonly Neighbour[] {
  return [0, NTF_PROXY].flatMap((flags) =>
    listByFamily(socket, {
      type: RTM_GETNEIGH,
      object: 'neighbours',
      body: (family) => neighbourHeader(new Writer(), { family, flags }).bytes(),
      decode: decodeNeighbour,
    }),
  );
}

/** Tells for good which machine has an address. @throws {KernelError} `EEXIST` */
export function addNeighbour(socket: NetlinkSocket, neighbour: NewNeighbour): void {
  const body = keyWriter(neighbour, { state: NUD_PERMANENT });
  body.attribute(NDA_LLADDR, macBytes(neighbour.mac));
  const flags = NLM_F_CREATE | (neighbour.replace === true ? NLM_F_REPLACE : NLM_F_EXCL);
  const errand = errandFor('add neighbour', neighbour);
  socket.request({ type: RTM_NEWNEIGH, flags, body: body.bytes() }, errand);
}

/** Forgets a neighbour. @throws {KernelError} `ENOENT` when it is not known. */
export function deleteNeighbour(socket: NetlinkSocket, neighbour: NeighbourKey): void {
  const body = keyWriter(neighbour, {}).bytes();
  const errand = errandFor('delete neighbour', neighbour);
  socket.request({ type: RTM_DELNEIGH, flags: 0, body }, errand);
}

/**
 * Has this machine answer for an address on a link. It does so only where the link's `proxy_arp` or
 * `proxy_ndp` is on. To add what is there is no error.
 */
export function addNeighbourProxy(socket: NetlinkSocket, neighbour: NeighbourKey): void {
  const body = keyWriter(neighbour, { flags: NTF_PROXY, state: NUD_PERMANENT }).bytes();
  const errand = errandFor('add neighbour proxy', neighbour);
  socket.request({ type: RTM_NEWNEIGH, flags: NLM_F_CREATE, body }, errand);
}

/** Stops answering for an address. @throws {KernelError} `ENOENT` */
export function deleteNeighbourProxy(socket: NetlinkSocket, neighbour: NeighbourKey): void {
  const body = keyWriter(neighbour, { flags: NTF_PROXY }).bytes();
  const errand = errandFor('delete neighbour proxy', neighbour);
  socket.request({ type: RTM_DELNEIGH, flags: 0, body }, errand);
}

/**
 * Reads a message about a neighbour; `undefined` for one of another family than IP, such as that of
 * a bridge's forwarding database.
 *
 * @throws {MalformedAnswer}
 */
export function decodeNeighbour(answer: Answer): Neighbour | undefined {
  const attributes = attributesBehind(NEIGHBOUR_HEADER, answer);
  const { body } = answer;
  const family = familyNumbered(body[0]);
  if (family === undefined) return undefined;
  return {
    link: body.readInt32LE(4),
    family,
    address: present(ipOf(attributes, NDA_DST, family), 'the address of a neighbour'),
    mac: macText(attributes.get(NDA_LLADDR) ?? new Uint8Array(0)),
    state: neighbourStateNumbered(body.readUInt16LE(8)),
    proxy: (body.readUInt8(10) & NTF_PROXY) !== 0,
  };
}

function keyWriter(
  { link, address }: NeighbourKey,
  header: { readonly state?: number; readonly flags?: number },
): Writer {
  const family = familyNumber(ipFamily(address));
  return neighbourHeader(new Writer(), { ...header, family, link }).attribute(
    NDA_DST,
    ipBytes(address),
  );
}

function errandFor(operation: string, { link, address }: NeighbourKey): Errand {
  return { operation, object: `${address} on link ${link}` };
}
