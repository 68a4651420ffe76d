import type { Buffer } from 'node:buffer';
import { MalformedAnswer } from '../kernel-error.ts';
import { attributeMap, numberIn, stringIn } from './attributes.ts';
import { type Answer, NLM_F_ACK_TLVS, NLM_F_CAPPED } from './message.ts';

/** What an error message says; `errno` 0 is an acknowledgement. */
export interface Refusal {
  readonly errno: number;
  /** The kernel's own words; empty where it has none. */
  readonly text: string;
  /** Where in the request the offending attribute begins, behind the header; -1 where not told. */
  readonly offset: number;
}

const HEADER = 16;
const NLMSGERR_ATTR_MSG = 1;
const NLMSGERR_ATTR_OFFS = 2;

/** Reads a message of type `NLMSG_ERROR`. */
export function decodeRefusal({ body, flags }: Answer): Refusal {
  if (body.length < 4 + HEADER) throw new MalformedAnswer('an error message is cut off');
  const errno = 0 - body.readInt32LE(0);
  if ((flags & NLM_F_ACK_TLVS) === 0) return { errno, text: '', offset: -1 };
  // The request follows, whole or only its header; then what the kernel has to say.
  const request = (flags & NLM_F_CAPPED) === 0 ? body.readUInt32LE(4) : HEADER;
  return { errno, ...extended(body, 4 + Math.ceil(request / 4) * 4) };
}

/** Reads a message of type `NLMSG_DONE`: a dump may end before everything was said. */
export function decodeEnd({ body }: Answer): Refusal {
  if (body.length < 4) throw new MalformedAnswer('the end of a dump is cut off');
  return { errno: 0 - body.readInt32LE(0), text: '', offset: -1 };
}

function extended(body: Buffer, from: number): Omit<Refusal, 'errno'> {
  const said = attributeMap(body, from);
  const text = said.get(NLMSGERR_ATTR_MSG);
  const offset = said.get(NLMSGERR_ATTR_OFFS);
  return {
    text: text === undefined ? '' : stringIn(text),
    offset: offset === undefined ? -1 : numberIn(offset) - HEADER,
  };
}
