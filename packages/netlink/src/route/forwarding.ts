import type { Buffer } from 'node:buffer';
import {
  type Answer,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
} from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import type { Errand, NetlinkSocket } from '../socket.ts';
import { ipBytes, ipText } from '../ip-text.ts';
import { macBytes, macText } from './mac-text.ts';
import {
  NDA_DST,
  NDA_LLADDR,
  NEIGHBOUR_HEADER,
  NTF_SELF,
  NUD_PERMANENT,
  neighbourHeader,
} from './neighbour-message.ts';
import { AF_BRIDGE, RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from './rtnetlink.ts';
import { attributesBehind, present } from './strict.ts';

/** To which machine a VXLAN sends frames for a MAC address. */
export interface Forwarding {
  /** The VXLAN's index. */
  readonly link: number;
  /** `00:00:00:00:00:00` stands for all that has no entry of its own, and for broadcasts. */
  readonly mac: string;
  /** The machine's address, of the family of the VXLAN. */
  readonly destination: string;
}

/** Lists the entries of a VXLAN that lead to other machines. */
export function forwardings(socket: NetlinkSocket, link: number): readonly Forwarding[] {
  const body = neighbourHeader(new Writer(), { family: AF_BRIDGE, link }).bytes();
  return socket
    .dump(
      { type: RTM_GETNEIGH, flags: 0, body },
      { operation: 'list', object: `forwarding of link ${link}` },
    )
    .map(decodeForwarding)
    .filter((entry) => entry !== undefined)
    .filter((entry) => entry.link === link);
}

/**
 * Tells a VXLAN for good where a MAC address is. An address of one machine has one destination; that
 * of many, and zeros, get every frame to all their destinations, so that each adds one.
 *
 * @throws {KernelError} `EEXIST` when an address of one machine has a destination that `replace` does
 *   not allow to change.
 */
export function addForwarding(
  socket: NetlinkSocket,
  forwarding: Forwarding & { readonly replace?: boolean },
): void {
  const single = forwarding.replace === true ? NLM_F_REPLACE : NLM_F_EXCL;
  const flags = NLM_F_CREATE | (isForMany(forwarding.mac) ? NLM_F_APPEND : single);
  const body = forwardingBody(forwarding, NUD_PERMANENT);
  const errand = errandFor('add forwarding', forwarding);
  socket.request({ type: RTM_NEWNEIGH, flags, body }, errand);
}

/** Takes a destination from a MAC address. @throws {KernelError} `ENOENT` */
export function deleteForwarding(socket: NetlinkSocket, forwarding: Forwarding): void {
  const body = forwardingBody(forwarding, 0);
  const errand = errandFor('delete forwarding', forwarding);
  socket.request({ type: RTM_DELNEIGH, flags: 0, body }, errand);
}

function isForMany(mac: string): boolean {
  const bytes = macBytes(mac);
  return bytes.every((byte) => byte === 0) || ((bytes[0] ?? 0) & 1) === 1;
}

/** `undefined` for an entry that leads to no machine, as those of a bridge. */
function decodeForwarding(answer: Answer): Forwarding | undefined {
  const attributes = attributesBehind(NEIGHBOUR_HEADER, answer);
  const destination = attributes.get(NDA_DST);
  if (destination === undefined) return undefined;
  if (destination.length !== 4 && destination.length !== 16) {
    throw new MalformedAnswer(`a destination has ${destination.length} bytes`);
  }
  return {
    link: answer.body.readInt32LE(4),
    mac: macText(present(attributes.get(NDA_LLADDR), 'the MAC address of a forwarding')),
    destination: ipText(destination),
  };
}

function forwardingBody({ link, mac, destination }: Forwarding, state: number): Buffer {
  return neighbourHeader(new Writer(), { family: AF_BRIDGE, link, state, flags: NTF_SELF })
    .attribute(NDA_LLADDR, macBytes(mac))
    .attribute(NDA_DST, ipBytes(destination))
    .bytes();
}

function errandFor(operation: string, { link, mac, destination }: Forwarding): Errand {
  return { operation, object: `${mac} to ${destination} of link ${link}` };
}
