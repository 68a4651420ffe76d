import { type Change, refKey, refOfChange } from '@ringfence/core';
import { frameOf } from './frames.ts';
import type { FeedMessage } from './feed-message.ts';
import type { FeedState } from './feed-state.ts';

/** A way to one follower. One who reads slowly is told later, and then only what counts. */
export interface FeedLine {
  /** Tells all that there is. */
  replace(): void;
  /** @param frame the same changes, packed: they are for all followers. */
  change(changes: readonly Change[], version: string, frame: () => Buffer): void;
  trouble(message: string): void;
}

/** What there is of a socket. */
export interface LineSocket {
  /** @returns false when there is no room for more, until `drain`. */
  write(bytes: Buffer): boolean;
  on(event: 'drain', callback: () => void): unknown;
}

/** What is told when there is room again. */
interface Due {
  /** All that there is, in the place of changes. */
  whole: boolean;
  /** The last one for each object. */
  readonly changes: Map<string, Change>;
  version: string | undefined;
  trouble: string | undefined;
}

/** So many changes at least are worth to be kept one by one. */
const FEW = 1_000;

/** Makes a way to a follower who knows nothing yet. */
export function createFeedLine(
  socket: LineSocket,
  state: Pick<FeedState, 'whole' | 'size'>,
): FeedLine {
  const due: Due = { whole: false, changes: new Map(), version: undefined, trouble: undefined };
  let full = false;

  const send = (frame: Buffer | undefined): void => {
    if (frame !== undefined && !socket.write(frame)) full = true;
  };

  /** Each may fill the line: what is left stays due. */
  const sendDue = (): void => {
    full = false;
    if (due.whole) {
      due.whole = false;
      send(state.whole());
    } else if (due.version !== undefined) {
      const { version } = due;
      send(packed({ kind: 'change', changes: [...due.changes.values()], version }));
    }
    due.changes.clear();
    due.version = undefined;
    if (due.trouble === undefined || full) return;
    send(packed({ kind: 'trouble', message: due.trouble }));
    due.trouble = undefined;
  };
  socket.on('drain', sendDue);

  return {
    replace() {
      due.whole = true;
      due.trouble = undefined;
      if (!full) sendDue();
    },
    change(changes, version, frame) {
      due.trouble = undefined;
      if (!full) {
        send(frame());
        return;
      }
      due.version = version;
      for (const change of changes) {
        const key = refKey(refOfChange(change));
        due.changes.delete(key);
        due.changes.set(key, change);
      }
      // Whoever is so far behind is told faster, and needs less room, when he is told all of it.
      if (due.changes.size > Math.max(FEW, state.size())) due.whole = true;
      if (due.whole) due.changes.clear();
    },
    trouble(message) {
      due.trouble = message;
      if (!full) sendDue();
    },
  };
}

function packed(message: FeedMessage): Buffer {
  return frameOf(message);
}
