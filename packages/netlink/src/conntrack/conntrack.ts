import type { Buffer } from 'node:buffer';
import { Writer } from '../codec/writer.ts';
import type { IpFamily } from '../ip-text.ts';
import { AF_UNSPEC, familyNumber } from '../route/rtnetlink.ts';
import type { Errand, NetlinkSocket } from '../socket.ts';
import { decodeFlow } from './decode-flow.ts';
import { encodeTuple } from './encode-tuple.ts';
import type { Flow } from './flow.ts';
import {
  CTA_ID,
  CTA_MARK,
  CTA_MARK_MASK,
  CTA_ZONE,
  IPCTNL_MSG_CT_DELETE,
  IPCTNL_MSG_CT_GET,
  IPCTNL_MSG_CT_NEW,
} from './wire.ts';

/**
 * All flows of the namespace of a netfilter socket, of one family if it is given.
 *
 * In no order. Flows that come and go meanwhile may be missing.
 */
export function flows(
  socket: NetlinkSocket,
  only: { readonly family?: IpFamily } = {},
): readonly Flow[] {
  const family = only.family === undefined ? AF_UNSPEC : familyNumber(only.family);
  const request = { type: IPCTNL_MSG_CT_GET, flags: 0, body: header(family).bytes() };
  return socket.dump(request, { operation: 'list', object: 'flows' }).map(decodeFlow);
}

/**
 * Deletes a flow: this one, not a later one between the same ends.
 *
 * @throws {KernelError} with the code `ENOENT` when it is gone.
 */
export function deleteFlow(socket: NetlinkSocket, flow: Flow): void {
  const body = flowBody(flow, (writer) => writer.u32BEAttribute(CTA_ID, flow.id));
  socket.request({ type: IPCTNL_MSG_CT_DELETE, flags: 0, body }, errand('delete', flow));
}

/** Deletes all flows of the namespace. */
export function flushFlows(socket: NetlinkSocket): void {
  const request = { type: IPCTNL_MSG_CT_DELETE, flags: 0, body: header(AF_UNSPEC).bytes() };
  socket.request(request, { operation: 'delete', object: 'all flows' });
}

/**
 * Sets the bits of a flow's mark that are in `mask` to those of `mark`; the others stay.
 *
 * The kernel finds the flow by its original direction: a later one between the same ends is marked
 * if this one is gone.
 *
 * @throws {KernelError} with the code `ENOENT` when there is none.
 */
export function setMark(
  socket: NetlinkSocket,
  flow: Flow,
  to: { readonly mark: number; readonly mask: number },
): void {
  const body = flowBody(flow, (writer) => {
    // The kernel turns bits around that are in the mark but not in the mask.
    writer.u32BEAttribute(CTA_MARK, (to.mark & to.mask) >>> 0);
    writer.u32BEAttribute(CTA_MARK_MASK, to.mask >>> 0);
  });
  socket.request({ type: IPCTNL_MSG_CT_NEW, flags: 0, body }, errand('mark', flow));
}

/** `struct nfgenmsg`. */
function header(family: number): Writer {
  return new Writer().u8(family).u8(0).u16BE(0);
}

// INVARIANT: names a flow. A request to delete that names none deletes all.
function flowBody(flow: Flow, rest: (writer: Writer) => void): Buffer {
  const writer = encodeTuple(header(familyNumber(flow.family)), flow);
  if (flow.original.zone === undefined) writer.u16BEAttribute(CTA_ZONE, flow.zone);
  rest(writer);
  return writer.bytes();
}

function errand(operation: string, { original, protocol }: Flow): Errand {
  const side = (address: string, port: number | undefined): string =>
    port === undefined ? address : `${address} port ${port}`;
  const source = side(original.source, original.sourcePort);
  const destination = side(original.destination, original.destinationPort);
  return { operation, object: `flow of protocol ${protocol} from ${source} to ${destination}` };
}
