import type { Buffer } from 'node:buffer';
import { attributeMap, numberBEIn } from '../codec/attributes.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { ipText } from '../ip-text.ts';
import type { FlowTuple } from './flow.ts';
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
  CTA_TUPLE_PROTO,
  CTA_TUPLE_ZONE,
} from './wire.ts';

/** Reads one direction of a flow. @throws {MalformedAnswer} */
export function decodeTuple(value: Buffer | undefined): {
  readonly protocol: number;
  readonly tuple: FlowTuple;
} {
  const said = attributeMap(needed(value, 'direction'));
  const addresses = attributeMap(needed(said.get(CTA_TUPLE_IP), 'addresses'));
  const transport = attributeMap(needed(said.get(CTA_TUPLE_PROTO), 'protocol'));
  const zone = said.get(CTA_TUPLE_ZONE);
  const address = (v4: number, v6: number): string =>
    addressIn(needed(addresses.get(v4) ?? addresses.get(v6), 'address'));
  const number = (...types: readonly number[]): number | undefined => {
    const type = types.find((each) => transport.has(each));
    const found = type === undefined ? undefined : transport.get(type);
    return found === undefined ? undefined : numberBEIn(found);
  };
  return {
    protocol: numberBEIn(needed(transport.get(CTA_PROTO_NUM), 'protocol')),
    tuple: {
      source: address(CTA_IP_V4_SRC, CTA_IP_V6_SRC),
      destination: address(CTA_IP_V4_DST, CTA_IP_V6_DST),
      sourcePort: number(CTA_PROTO_SRC_PORT),
      destinationPort: number(CTA_PROTO_DST_PORT),
      icmpId: number(CTA_PROTO_ICMP_ID, CTA_PROTO_ICMPV6_ID),
      icmpType: number(CTA_PROTO_ICMP_TYPE, CTA_PROTO_ICMPV6_TYPE),
      icmpCode: number(CTA_PROTO_ICMP_CODE, CTA_PROTO_ICMPV6_CODE),
      zone: zone === undefined ? undefined : numberBEIn(zone),
    },
  };
}

function needed(value: Buffer | undefined, what: string): Buffer {
  if (value === undefined) throw new MalformedAnswer(`a flow has no ${what}`);
  return value;
}

function addressIn(bytes: Buffer): string {
  if (bytes.length === 4 || bytes.length === 16) return ipText(bytes);
  throw new MalformedAnswer(`an address has ${bytes.length} bytes`);
}
