import { Writer } from '../codec/writer.ts';
import type { NetworkNamespace } from '../namespaces/namespace.ts';
import type { NetlinkSocket } from '../socket.ts';
import {
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  linkHeader,
  linkIndex,
  linkName,
} from './link-message.ts';
import { macBytes } from './mac-text.ts';
import { RTM_DELLINK, RTM_SETLINK } from './rtnetlink.ts';

/** What to change of a link; what is absent stays as it is. */
export interface LinkChange {
  readonly up?: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** The bridge that it becomes a port of; 0 takes it out of its bridge. */
  readonly master?: number;
  readonly name?: string;
  /** Where it moves; it arrives down and without addresses, perhaps under another index. */
  readonly namespace?: NetworkNamespace;
}

/** Changes a link. When one change is refused, those that the kernel made before it stay. */
export function setLink(socket: NetlinkSocket, index: number, change: LinkChange): void {
  const { up, mtu, mac, master, name, namespace } = change;
  const body = linkHeader(new Writer(), { index: linkIndex(index), up });
  if (mtu !== undefined) body.u32Attribute(IFLA_MTU, mtu);
  if (mac !== undefined) body.attribute(IFLA_ADDRESS, macBytes(mac));
  if (master !== undefined) body.u32Attribute(IFLA_MASTER, master);
  if (name !== undefined) body.stringAttribute(IFLA_IFNAME, linkName(name));
  if (namespace !== undefined) body.u32Attribute(IFLA_NET_NS_FD, namespace.fd);
  socket.request(
    { type: RTM_SETLINK, flags: 0, body: body.bytes() },
    { operation: 'change link', object: String(index) },
  );
}

/**
 * Deletes a link, and with it the other end of a veth, and the addresses and routes of both.
 *
 * @throws {KernelError} `ENODEV` when it is not there.
 */
export function deleteLink(socket: NetlinkSocket, index: number): void {
  const body = linkHeader(new Writer(), { index: linkIndex(index) });
  socket.request(
    { type: RTM_DELLINK, flags: 0, body: body.bytes() },
    { operation: 'delete link', object: String(index) },
  );
}
