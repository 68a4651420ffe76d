import { attributeMap, stringIn } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { KernelError } from '../kernel-error.ts';
import type { NetlinkSocket } from '../socket.ts';
import {
  IFF_RUNNING,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_EXT_MASK,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINK,
  IFLA_LINK_NETNSID,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  linkHeader,
  linkName,
} from './link-message.ts';
import { macText } from './mac-text.ts';
import { RTM_GETLINK } from './rtnetlink.ts';
import { attributesBehind, i32Of, present, u32Of } from './strict.ts';

/** A network interface. */
export interface Link {
  /** Its number in its namespace, from 1 on; never used again for another one. */
  readonly index: number;
  readonly name: string;
  /** What it was made as: `veth`, `bridge`, `vxlan`; empty for hardware and for loopback. */
  readonly kind: string;
  /** Whether it is meant to work. */
  readonly up: boolean;
  /** Whether it works: it is up, and so is what it depends on, such as the other end of a veth. */
  readonly running: boolean;
  readonly mtu: number;
  /** Empty where it has none. */
  readonly mac: string;
  /** The bridge that it is a port of; 0 for none. */
  readonly master: number;
  /** The other end of a veth, or the link that one of another kind is part of; 0 for none. */
  readonly peerIndex: number;
  /** The namespace of `peerIndex`, by the number that this namespace gave it; -1 for the same. */
  readonly peerNamespaceId: number;
}

const HEADER = 16;
/** Counters are most of an answer, and nobody reads them here. */
const RTEXT_FILTER_SKIP_STATS = 8;

/** Lists the links of the socket's namespace, in the order of their indexes. */
export function links(socket: NetlinkSocket): readonly Link[] {
  const body = linkHeader(new Writer()).u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  const request = { type: RTM_GETLINK, flags: 0, body: body.bytes() };
  return socket
    .dump(request, { operation: 'list', object: 'links' })
    .map(decodeLink)
    .sort((left, right) => left.index - right.index);
}

/** Finds the link of a name, or of an alternative name; `undefined` when there is none. */
export function linkNamed(socket: NetlinkSocket, name: string): Link | undefined {
  const body = linkHeader(new Writer())
    .u32Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
    .stringAttribute(IFLA_IFNAME, linkName(name));
  const request = { type: RTM_GETLINK, flags: 0, body: body.bytes() };
  try {
    return decodeLink(socket.get(request, { operation: 'find link', object: name }));
  } catch (error) {
    if (error instanceof KernelError && error.code === 'ENODEV') return undefined;
    throw error;
  }
}

/**
 * Reads a message about a link.
 *
 * @throws {MalformedAnswer}
 */
export function decodeLink(answer: Answer): Link {
  const attributes = attributesBehind(HEADER, answer);
  const flags = answer.body.readUInt32LE(8);
  const info = attributes.get(IFLA_LINKINFO);
  const kind = info === undefined ? undefined : attributeMap(info).get(IFLA_INFO_KIND);
  return {
    index: answer.body.readInt32LE(4),
    name: stringIn(present(attributes.get(IFLA_IFNAME), 'the name of a link')),
    kind: kind === undefined ? '' : stringIn(kind),
    up: (flags & IFF_UP) !== 0,
    running: (flags & IFF_RUNNING) !== 0,
    mtu: u32Of(attributes, IFLA_MTU),
    mac: macText(attributes.get(IFLA_ADDRESS) ?? new Uint8Array(0)),
    master: u32Of(attributes, IFLA_MASTER),
    peerIndex: u32Of(attributes, IFLA_LINK),
    peerNamespaceId: i32Of(attributes, IFLA_LINK_NETNSID, -1),
  };
}
