import {
  type IpFamily,
  type NetworkNamespace,
  openRawSocket,
  type RawPacket,
  type RawSocket,
} from '@ringfence/netlink';
import { createSocketWatch, type SocketWatch } from './socket-watch.ts';

/** A raw socket that is open as long as somebody uses it. */
export interface SharedSocket {
  /** Uses it until `leave` is called as often. @throws {SystemError} */
  use(): void;
  leave(): void;
  /** @throws {SystemError} */
  send(way: { readonly to: string; readonly from?: string }, bytes: Uint8Array): void;
}

/** So many packets are read in one go: the rest of the program wants to run, too. */
const MOST_AT_ONCE = 256;

/** One timer for the process, however many sockets there are. */
export const WATCH: SocketWatch = createSocketWatch();

/** Makes a socket that nobody uses yet; it may send from any address. */
export function createSharedSocket(
  namespace: NetworkNamespace,
  { protocol, family }: { readonly protocol: number; readonly family: IpFamily },
  {
    onPacket,
    onError,
  }: {
    readonly onPacket: (packet: RawPacket) => void;
    /** Is told when nothing can be received. */
    readonly onError: (error: unknown) => void;
  },
): SharedSocket {
  let users = 0;
  let open: RawSocket | undefined;

  const receive = (): void => {
    for (let packets = 0; packets < MOST_AT_ONCE; packets += 1) {
      const packet = nextPacket();
      if (packet === undefined) return;
      onPacket(packet);
    }
  };

  const nextPacket = (): RawPacket | undefined => {
    try {
      // Whoever was told of the last packet may have been the last one to use the socket.
      return open?.receive();
    } catch (error) {
      onError(error);
      return undefined;
    }
  };

  return {
    use() {
      if (open === undefined) {
        open = openRawSocket(namespace, { protocol, family, foreign: true });
        WATCH.add(open, receive);
      }
      users += 1;
    },
    leave() {
      users -= 1;
      if (users > 0 || open === undefined) return;
      WATCH.remove(open);
      open.close();
      open = undefined;
    },
    send(way, bytes) {
      if (open === undefined) throw new Error('nobody uses the socket');
      open.send(way, bytes);
    },
  };
}
