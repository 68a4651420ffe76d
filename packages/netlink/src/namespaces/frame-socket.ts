import * as libc from '../ffi/libc.ts';
import { SystemError } from '../ffi/system-error.ts';
import { linkNamed } from '../route/link.ts';
import { openRouteSocket } from '../route/rtnetlink.ts';
import type { NetworkNamespace } from './namespace.ts';

/** A line to one interface of a namespace: whole frames out, whole frames in. */
export interface FrameSocket {
  readonly mac: string;
  /** Sends a frame as it is, past everything that the namespace would have to say about it. */
  send(frame: Uint8Array): void;
  /** All frames that came since the last time, whomever they are for. */
  receive(): readonly Uint8Array[];
  close(): void;
}

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const ETH_P_ALL = 3;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const MSG_DONTWAIT = 0x40;
const NOTHING = new Uint8Array(0);
const SCRATCH = new Uint8Array(65_536);

/** Opens a line to an interface. @throws {SystemError} */
export function openFrameSocket(namespace: NetworkNamespace, name: string): FrameSocket {
  const route = openRouteSocket(namespace);
  const link = linkNamed(route, name);
  route.close();
  if (link === undefined) throw new Error(`there is no interface ${name}`);
  const protocol = ETH_P_ALL << 8;
  const fd = namespace.enter(() => libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, protocol));
  libc.setOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  libc.bind(fd, linkAddress(link.index));
  return {
    mac: link.mac,
    send: (frame) => libc.send(fd, frame),
    receive() {
      const frames: Uint8Array[] = [];
      for (let next = nextFrame(fd); next !== undefined; next = nextFrame(fd)) frames.push(next);
      return frames;
    },
    close: () => libc.close(fd),
  };
}

/** A `struct sockaddr_ll`. */
function linkAddress(index: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL);
  view.setInt32(4, index, true);
  return bytes;
}

function nextFrame(fd: number): Uint8Array | undefined {
  try {
    const into = { address: NOTHING, control: NOTHING, data: SCRATCH };
    return libc.receiveMessage(fd, into, MSG_DONTWAIT).data.slice();
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}
