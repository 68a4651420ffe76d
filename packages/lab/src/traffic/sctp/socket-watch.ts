import { type RawSocket, readableSockets } from '@ringfence/netlink';

/** Looks after raw sockets, which Node cannot: all of them with one timer and one call. */
export interface SocketWatch {
  /** Calls `receive` when there is something; what it leaves there is told again. */
  add(socket: RawSocket, receive: () => void): void;
  remove(socket: RawSocket): void;
  /**
   * Calls `begin` soon: a few at a time have their turn, so that what they send overflows nobody.
   * Looks often, as somebody waits for an answer, until what it gives is called.
   */
  hurry(begin: () => void): () => void;
}

/** As long as nothing comes the watch looks ever less often: its pause doubles up to the last one. */
const FIRST_PAUSE_MS = 1;
const LAST_PAUSE_MS = 100;
/** The last one when somebody waits. */
const LAST_HURRIED_PAUSE_MS = 2;
/**
 * An association takes three packets to the server. A receive buffer of the usual size has room for
 * more than two hundred, and all may go to the same one.
 */
const TURNS_AT_ONCE = 32;

/** Makes a watch. It keeps the process alive as long as it has sockets. */
export function createSocketWatch(): SocketWatch {
  const watched = new Map<RawSocket, () => void>();
  const waiting = new Set<() => void>();
  const turns = new Set<() => void>();
  let pause = 0;
  let cancel = (): void => {};

  const schedule = (): void => {
    cancel();
    if (watched.size === 0) return;
    if (pause === 0) {
      const immediate = setImmediate(look);
      cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(look, pause);
      cancel = () => clearTimeout(timer);
    }
  };
  const soon = (): void => {
    pause = 0;
    schedule();
  };
  const look = (): void => {
    const last = waiting.size > 0 ? LAST_HURRIED_PAUSE_MS : LAST_PAUSE_MS;
    pause = Math.min(last, Math.max(FIRST_PAUSE_MS, 2 * pause));
    try {
      takeTurns(turns);
      // What was sent in answer may be there already.
      if (receiveAll(watched) || turns.size > 0) pause = 0;
    } finally {
      schedule();
    }
  };

  return {
    add(socket, receive) {
      watched.set(socket, receive);
      if (watched.size === 1) soon();
    },
    remove(socket) {
      watched.delete(socket);
      if (watched.size === 0) cancel();
    },
    hurry(begin) {
      // Another one each time, whoever begins.
      const turn = (): void => begin();
      waiting.add(turn);
      turns.add(turn);
      soon();
      return () => {
        waiting.delete(turn);
        turns.delete(turn);
      };
    },
  };
}

function takeTurns(turns: Set<() => void>): void {
  for (const turn of [...turns].slice(0, TURNS_AT_ONCE)) {
    // An earlier one may have taken it away.
    if (turns.delete(turn)) turn();
  }
}

/** Lets every socket receive that has something; tells whether one had. */
function receiveAll(watched: ReadonlyMap<RawSocket, () => void>): boolean {
  const ready = readableSockets([...watched.keys()]);
  // Those that came last wait for answers: they take what is there before others send more.
  for (const socket of ready.toReversed()) watched.get(socket)?.();
  return ready.length > 0;
}
