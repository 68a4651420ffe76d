import type { Writer } from '../codec/writer.ts';
import { ipBytes } from '../ip-text.ts';
import type { Flow } from './flow.ts';
import {
  CTA_IP_V4_DST,
  CTA_IP_V4_SRC,
  CTA_IP_V6_DST,
  CTA_IP_V6_SRC,
  CTA_PROTO_DST_PORT,
  CTA_PROTO_ICMP_CODE,
  CTA_PROTO_ICMP_ID,
  CTA_PROTO_ICMP_TYPE,
  CTA_PROTO_ICMPV6_CODE,
  CTA_PROTO_ICMPV6_ID,
  CTA_PROTO_ICMPV6_TYPE,
  CTA_PROTO_NUM,
  CTA_PROTO_SRC_PORT,
  CTA_TUPLE_IP,
  CTA_TUPLE_ORIG,
  CTA_TUPLE_PROTO,
  CTA_TUPLE_ZONE,
} from './wire.ts';

/** Writes which flow is meant: its original direction. */
export function encodeTuple(writer: Writer, flow: Flow): Writer {
  const { zone } = flow.original;
  return writer.nest(CTA_TUPLE_ORIG, (tuple) => {
    tuple.nest(CTA_TUPLE_IP, (inside) => encodeAddresses(inside, flow));
    tuple.nest(CTA_TUPLE_PROTO, (inside) => encodeTransport(inside, flow));
    if (zone !== undefined) tuple.u16BEAttribute(CTA_TUPLE_ZONE, zone);
  });
}

function encodeAddresses(writer: Writer, { family, original }: Flow): void {
  const v4 = family === 'IPv4';
  writer.attribute(v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, ipBytes(original.source));
  writer.attribute(v4 ? CTA_IP_V4_DST : CTA_IP_V6_DST, ipBytes(original.destination));
}

function encodeTransport(writer: Writer, { family, protocol, original }: Flow): void {
  const { sourcePort, destinationPort, icmpId, icmpType, icmpCode } = original;
  const icmp = family === 'IPv4' ? ICMP : ICMPV6;
  writer.u8Attribute(CTA_PROTO_NUM, protocol);
  if (sourcePort !== undefined) writer.u16BEAttribute(CTA_PROTO_SRC_PORT, sourcePort);
  if (destinationPort !== undefined) writer.u16BEAttribute(CTA_PROTO_DST_PORT, destinationPort);
  if (icmpId !== undefined) writer.u16BEAttribute(icmp.id, icmpId);
  if (icmpType !== undefined) writer.u8Attribute(icmp.type, icmpType);
  if (icmpCode !== undefined) writer.u8Attribute(icmp.code, icmpCode);
}

const ICMP = { id: CTA_PROTO_ICMP_ID, type: CTA_PROTO_ICMP_TYPE, code: CTA_PROTO_ICMP_CODE };
const ICMPV6 = {
  id: CTA_PROTO_ICMPV6_ID,
  type: CTA_PROTO_ICMPV6_TYPE,
  code: CTA_PROTO_ICMPV6_CODE,
};
