import { NLM_F_CREATE, NLM_F_EXCL } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import type { NetlinkSocket } from '../socket.ts';
import {
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  linkHeader,
  linkName,
} from './link-message.ts';
import { macBytes } from './mac-text.ts';
import { RTM_NEWLINK } from './rtnetlink.ts';

/** What every new link may be told. */
export interface NewLinkEnd {
  /** At most 15 bytes. */
  readonly name: string;
  /** The kernel makes one up when absent. */
  readonly mac?: string;
  readonly mtu?: number;
}

/** A new link of this namespace. */
export interface NewLink extends NewLinkEnd {
  /** The bridge that it becomes a port of. */
  readonly master?: number;
  /** Whether it is to work at once; false when absent. */
  readonly up?: boolean;
}

/** Makes a link of a kind, whose own options `writeData` writes. */
export function addLink(
  socket: NetlinkSocket,
  link: NewLink & { readonly kind: string },
  writeData?: (writer: Writer) => void,
): void {
  const body = writeLinkEnd(linkHeader(new Writer(), { up: link.up }), link);
  if (link.master !== undefined) body.u32Attribute(IFLA_MASTER, link.master);
  body.nest(IFLA_LINKINFO, (info) => {
    info.stringAttribute(IFLA_INFO_KIND, link.kind);
    if (writeData !== undefined) info.nest(IFLA_INFO_DATA, writeData);
  });
  socket.request(
    { type: RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL, body: body.bytes() },
    { operation: 'add link', object: link.name },
  );
}

/** Writes the attributes that every new link has. */
export function writeLinkEnd(writer: Writer, { name, mac, mtu }: NewLinkEnd): Writer {
  writer.stringAttribute(IFLA_IFNAME, linkName(name));
  if (mac !== undefined) writer.attribute(IFLA_ADDRESS, macBytes(mac));
  if (mtu !== undefined) writer.u32Attribute(IFLA_MTU, mtu);
  return writer;
}
