import { Buffer } from 'node:buffer';
import { read } from 'node:fs';
import { promisify } from 'node:util';
import {
  type Answer,
  decodeAnswers,
  encodeRequest,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  type Request,
} from './codec/message.ts';
import { decodeEnd, decodeRefusal } from './codec/refusal.ts';
import * as libc from './ffi/libc.ts';
import { SystemError } from './ffi/system-error.ts';
import { KernelError, MalformedAnswer, NotificationsLost } from './kernel-error.ts';
import type { NetworkNamespace } from './namespaces/namespace.ts';

/** What a request is for, in words for the error that may follow. */
export interface Errand {
  /** As in `cannot add link web`. */
  readonly operation: string;
  readonly object: string;
}

/** A request of a batch, and what it is for. */
export interface BatchRequest extends Request {
  readonly errand: Errand;
}

/**
 * A socket to one subsystem of the kernel, in one network namespace. Requests are synchronous: the
 * kernel has done what was asked when they return, in some 20 us.
 */
export interface NetlinkSocket {
  /** Asks for something to be done. @throws {KernelError} */
  request(request: Request, errand: Errand): void;
  /** Asks for one object. @throws {KernelError} */
  get(request: Request, errand: Errand): Answer;
  /** Asks for all objects; again where they changed meanwhile. @throws {KernelError} */
  dump(request: Request, errand: Errand): readonly Answer[];
  /**
   * Sends requests in one datagram, which the subsystem takes all or not at all.
   *
   * @throws {KernelError} for the first one that it refuses.
   */
  transact(requests: readonly BatchRequest[]): void;
  /** Joins a multicast group: what happens there becomes notifications. */
  join(group: number): void;
  /**
   * What the kernel tells without being asked, all that has come since the last time, until the
   * signal aborts. A socket that listens is for nothing else. Each listener occupies a thread of
   * Node's pool.
   *
   * @throws {NotificationsLost} when some were dropped; listening may go on.
   */
  notifications(options: { readonly signal: AbortSignal }): AsyncIterable<readonly Answer[]>;
  /** For options that are no others' business. */
  readonly fd: number;
  close(): void;
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_SNDBUF = 7;
const SO_RCVBUF = 8;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const MSG_DONTWAIT = 0x40;
const MSG_TRUNC = 0x20;

/** How often a listener looks whether it is still wanted. */
const LISTEN_MS = 250;
/** The kernel answers while it is asked; whoever waits longer waits for ever. */
const ANSWER_MS = 10_000;
const BUFFER_BYTES = 1 << 20;
/** A dump that changes under the reader is begun again so often. */
const DUMP_ATTEMPTS = 20;

/** Opens a socket to a subsystem (`NETLINK_ROUTE` is 0), in this namespace or another one. */
export function openSocket(protocol: number, namespace?: NetworkNamespace): NetlinkSocket {
  const open = (): number => libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  const fd = namespace === undefined ? open() : namespace.enter(open);
  try {
    libc.bind(fd, sockaddr());
    libc.setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
    libc.setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
    libc.setOption(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    setTimeout(fd, ANSWER_MS);
    enlarge(fd);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return socketOn(fd);
}

function socketOn(fd: number): NetlinkSocket {
  const buffer = Buffer.alloc(BUFFER_BYTES);
  let sequence = 0;
  const next = (): number => (sequence = (sequence % 0x7fff_ffff) + 1);

  const receive = (flags: number): readonly Answer[] => {
    const length = libc.receive(fd, buffer, flags | MSG_TRUNC);
    if (length > buffer.length) throw new MalformedAnswer(`an answer has ${length} bytes`);
    return [...decodeAnswers(Buffer.from(buffer.subarray(0, length)))];
  };

  /** All that is said to one request: up to its acknowledgement, or the end of its dump. */
  const ask = (request: Request, errand: Errand): readonly Answer[] => {
    const own = next();
    libc.send(fd, encodeRequest(request, own));
    const answers: Answer[] = [];
    for (;;) {
      for (const answer of receive(0)) {
        // An answer to a request that was given up.
        if (answer.sequence !== own) continue;
        if (answer.type === NLMSG_ERROR) {
          refuse(answer, errand);
          return answers;
        }
        answers.push(answer);
        if (answer.type !== NLMSG_DONE) continue;
        refuse(answer, errand);
        return answers;
      }
    }
  };

  /** @param last the request whose answer comes last, where one comes: nothing is looked for after it. */
  const drain = (last: number): readonly Answer[] => {
    const answers: Answer[] = [];
    for (;;) {
      try {
        const some = receive(MSG_DONTWAIT);
        answers.push(...some);
        if (some.some(({ sequence: own }) => own === last)) return answers;
      } catch (error) {
        if (error instanceof SystemError && error.code === 'EAGAIN') return answers;
        throw error;
      }
    }
  };

  return {
    fd,
    request(request, errand) {
      ask({ ...request, flags: request.flags | NLM_F_ACK }, errand);
    },
    get(request, errand) {
      const [answer] = ask({ ...request, flags: request.flags | NLM_F_ACK }, errand);
      if (answer === undefined) throw new MalformedAnswer(`${errand.operation}: no answer`);
      return answer;
    },
    dump(request, errand) {
      for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt += 1) {
        const answers = ask({ ...request, flags: request.flags | NLM_F_DUMP }, errand);
        if (!answers.some(isInterrupted)) return answers.filter(({ type }) => type !== NLMSG_DONE);
      }
      throw new KernelError({ ...errand, code: 'EINTR', detail: 'it keeps changing' });
    },
    transact(requests) {
      const sent = new Map<number, Errand>();
      let last = 0;
      const bytes = requests.map((request) => {
        const own = next();
        sent.set(own, request.errand);
        if ((request.flags & NLM_F_ACK) !== 0) last = own;
        return encodeRequest(request, own);
      });
      libc.send(fd, Buffer.concat(bytes));
      // The kernel has answered by now: it works while it is being sent to.
      let answered = false;
      for (const answer of drain(last)) {
        const errand = sent.get(answer.sequence);
        if (errand === undefined || answer.type !== NLMSG_ERROR) continue;
        refuse(answer, errand);
        answered = true;
      }
      if (!answered) throw new MalformedAnswer('a batch was not acknowledged');
    },
    join(group) {
      libc.setOption(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    },
    async *notifications({ signal }) {
      setTimeout(fd, LISTEN_MS);
      const readInto = promisify(read);
      const now = (): readonly Answer[] => receive(MSG_DONTWAIT);
      while (!signal.aborted) {
        const datagram = await readDatagram(readInto, fd, buffer);
        if (datagram === undefined) continue;
        const answers = datagram === 'lost' ? [] : [...decodeAnswers(datagram)];
        // Waiting takes ten times as long as reading: what else has come is read at once.
        const isWhole = datagram !== 'lost' && readMore(now, answers);
        if (answers.length > 0) yield answers;
        if (isWhole) continue;
        discard(now);
        throw new NotificationsLost();
      }
    },
    close() {
      libc.close(fd);
    },
  };
}

/** So many datagrams are read in one go: the rest of the program wants to run, too. */
const MOST_AT_ONCE = 256;

/** Reads what is there already; false where some was lost. */
function readMore(receive: () => readonly Answer[], answers: Answer[]): boolean {
  try {
    for (let datagrams = 1; datagrams < MOST_AT_ONCE; datagrams += 1) answers.push(...receive());
    return true;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (error.code === 'EAGAIN') return true;
    if (error.code === 'ENOBUFS') return false;
    throw error;
  }
}

/**
 * Takes out all that is there. Until nothing is, the kernel goes on dropping without another word: what
 * is looked up before may be stale already.
 */
function discard(receive: () => unknown): void {
  for (;;) {
    try {
      receive();
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      if (error.code === 'EAGAIN') return;
      if (error.code !== 'ENOBUFS') throw error;
    }
  }
}

/** @returns `undefined` when nothing came in time; `lost` where something was dropped. */
async function readDatagram(
  readInto: (
    fd: number,
    buffer: Buffer,
    offset: number,
    length: number,
    position: null,
  ) => Promise<{ readonly bytesRead: number }>,
  fd: number,
  buffer: Buffer,
): Promise<Buffer | 'lost' | undefined> {
  try {
    const { bytesRead } = await readInto(fd, buffer, 0, buffer.length, null);
    return Buffer.from(buffer.subarray(0, bytesRead));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN' || code === 'EINTR') return undefined;
    if (code === 'ENOBUFS') return 'lost';
    throw error;
  }
}

/** @throws {KernelError} unless the message is an acknowledgement, or the end of a whole dump. */
function refuse(answer: Answer, errand: Errand): void {
  const { errno, text } = answer.type === NLMSG_DONE ? decodeEnd(answer) : decodeRefusal(answer);
  if (errno === 0) return;
  throw new KernelError({ ...errand, code: libc.errorName(errno), detail: text });
}

function isInterrupted({ flags }: Answer): boolean {
  return (flags & NLM_F_MULTI) !== 0 && (flags & NLM_F_DUMP_INTR) !== 0;
}

/** `struct sockaddr_nl`; the kernel gives the port. */
function sockaddr(): Uint8Array {
  const address = new Uint8Array(12);
  new DataView(address.buffer).setUint16(0, AF_NETLINK, true);
  return address;
}

/** `struct timeval`. */
function setTimeout(fd: number, ms: number): void {
  const time = Buffer.alloc(16);
  time.writeBigInt64LE(BigInt(Math.floor(ms / 1_000)), 0);
  time.writeBigInt64LE(BigInt((ms % 1_000) * 1_000), 8);
  libc.setOptionBytes(fd, SOL_SOCKET, SO_RCVTIMEO, time);
}

/** Buffers as large as the kernel lets us have: only root of the first user namespace may force it. */
function enlarge(fd: number): void {
  for (const [forced, plain] of [
    [SO_SNDBUFFORCE, SO_SNDBUF],
    [SO_RCVBUFFORCE, SO_RCVBUF],
  ] as const) {
    try {
      libc.setOption(fd, SOL_SOCKET, forced, 8 * BUFFER_BYTES);
    } catch (error) {
      if (!(error instanceof SystemError) || error.code !== 'EPERM') throw error;
      libc.setOption(fd, SOL_SOCKET, plain, BUFFER_BYTES);
    }
  }
}
