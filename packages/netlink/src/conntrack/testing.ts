import { attributesIn } from '../codec/attributes.ts';
import { NLM_F_CREATE, NLM_F_EXCL } from '../codec/message.ts';
import { Writer } from '../codec/writer.ts';
import { familyNumber } from '../route/rtnetlink.ts';
import type { NetlinkSocket } from '../socket.ts';
import { encodeTuple } from './encode-tuple.ts';
import type { Flow, FlowTuple } from './flow.ts';
import { CTA_TIMEOUT, CTA_TUPLE_REPLY, IPCTNL_MSG_CT_NEW } from './wire.ts';

/** A direction without anything above IP. */
export const NO_TRANSPORT: Omit<FlowTuple, 'source' | 'destination'> = {
  sourcePort: undefined,
  destinationPort: undefined,
  icmpId: undefined,
  icmpType: undefined,
  icmpCode: undefined,
  zone: undefined,
};

/** Writes both directions of a flow, as the kernel does. */
export function encodeDirections(flow: Flow): Writer {
  const body = new Writer().u8(familyNumber(flow.family)).u8(0).u16(0);
  const reply = encodeTuple(new Writer(), { ...flow, original: flow.reply }).bytes();
  encodeTuple(body, flow);
  for (const { value } of attributesIn(reply)) {
    body.nest(CTA_TUPLE_REPLY, (inside) => inside.raw(value));
  }
  return body;
}

/** Puts a flow into the table without any packets. */
export function createFlow(socket: NetlinkSocket, flow: Flow): void {
  const body = encodeDirections(flow)
    .u32BEAttribute(CTA_TIMEOUT, flow.timeoutSeconds ?? 0)
    .bytes();
  const flags = NLM_F_CREATE | NLM_F_EXCL;
  const errand = { operation: 'create', object: 'flow' };
  socket.request({ type: IPCTNL_MSG_CT_NEW, flags, body }, errand);
}
