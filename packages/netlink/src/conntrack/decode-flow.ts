import type { Buffer } from 'node:buffer';
import { attributeMap, numberBEIn } from '../codec/attributes.ts';
import type { Answer } from '../codec/message.ts';
import { MalformedAnswer } from '../kernel-error.ts';
import { familyNumbered } from '../route/rtnetlink.ts';
import type { IpFamily } from '../ip-text.ts';
import { decodeTuple } from './decode-tuple.ts';
import type { Flow } from './flow.ts';
import {
  CTA_ID,
  CTA_MARK,
  CTA_PROTOINFO,
  CTA_PROTOINFO_TCP,
  CTA_PROTOINFO_TCP_STATE,
  CTA_STATUS,
  CTA_TIMEOUT,
  CTA_TUPLE_ORIG,
  CTA_TUPLE_REPLY,
  CTA_ZONE,
  NFGENMSG,
} from './wire.ts';

/**
 * Reads a message that is about a flow.
 *
 * @throws {MalformedAnswer}
 */
export function decodeFlow({ body }: Answer): Flow {
  const said = attributeMap(body, NFGENMSG);
  const number = (type: number): number | undefined => {
    const value = said.get(type);
    return value === undefined ? undefined : numberBEIn(value);
  };
  const original = decodeTuple(said.get(CTA_TUPLE_ORIG));
  return {
    id: number(CTA_ID) ?? 0,
    family: familyIn(body),
    protocol: original.protocol,
    original: original.tuple,
    reply: decodeTuple(said.get(CTA_TUPLE_REPLY)).tuple,
    mark: number(CTA_MARK) ?? 0,
    status: number(CTA_STATUS) ?? 0,
    timeoutSeconds: number(CTA_TIMEOUT),
    tcpState: tcpStateIn(said.get(CTA_PROTOINFO)),
    zone: number(CTA_ZONE) ?? 0,
  };
}

function familyIn(body: Buffer): IpFamily {
  const family = familyNumbered(body[0]);
  if (family === undefined) throw new MalformedAnswer(`a flow has the family ${body[0]}`);
  return family;
}

function tcpStateIn(info: Buffer | undefined): number | undefined {
  const tcp = info === undefined ? undefined : attributeMap(info).get(CTA_PROTOINFO_TCP);
  const state = tcp === undefined ? undefined : attributeMap(tcp).get(CTA_PROTOINFO_TCP_STATE);
  return state === undefined ? undefined : numberBEIn(state);
}
