import {
  decodeHeader,
  decodeQuery,
  encodeResponse,
  type Header,
  type Query,
  type Question,
  type Response,
  type ResponseCode,
} from './message.ts';
import { CLASS_IN, TYPE } from './record.ts';

/** How a query came, and its answer goes. */
export type Transport = 'UDP' | 'TCP';

const STANDARD_QUERY = 0;
/** What every client takes over UDP (RFC 1035), whatever it says. */
const LEAST_UDP_BYTES = 512;
/** What fits into one UDP packet of either family. */
const MOST_UDP_BYTES = 65_507;
const MOST_TCP_BYTES = 65_535;

/**
 * Answers one message, whatever it is: what is no query that is understood here is told so.
 *
 * Total, as `resolve` is; it is asked only for names of the class IN.
 *
 * @returns `undefined` where nothing may be answered: to half a header, and to an answer.
 */
export function answerQuery(
  bytes: Uint8Array,
  {
    transport,
    resolve,
  }: {
    readonly transport: Transport;
    readonly resolve: (question: Question) => Response;
  },
): Uint8Array | undefined {
  const header = decodeHeader(bytes);
  if (header === undefined || header.isResponse) return undefined;
  const query = header.opcode === STANDARD_QUERY ? decodeQuery(bytes) : undefined;
  const response = responseTo(header, query, resolve);
  return encodeResponse({ header, query }, response, roomFor(query, transport));
}

function responseTo(
  { opcode }: Header,
  query: Query | undefined,
  resolve: (question: Question) => Response,
): Response {
  if (opcode !== STANDARD_QUERY) return failure('notImplemented');
  if (query === undefined) return failure('formatError');
  const { edns, question } = query;
  if (edns !== undefined && edns.version !== 0) return failure('badVersion');
  // Nobody copies the zone from here.
  const isTransfer = question.type === TYPE.AXFR || question.type === TYPE.IXFR;
  if (question.class !== CLASS_IN || isTransfer) return failure('refused');
  return resolve(question);
}

/** A response that says only that there is no answer, and why. */
export function failure(code: ResponseCode): Response {
  return { code, authoritative: false, answers: [], authority: [], additional: [] };
}

function roomFor(query: Query | undefined, transport: Transport): number {
  if (transport === 'TCP') return MOST_TCP_BYTES;
  const wanted = query?.edns?.udpBytes ?? LEAST_UDP_BYTES;
  return Math.min(Math.max(wanted, LEAST_UDP_BYTES), MOST_UDP_BYTES);
}
