import { nowMs } from './clock.ts';
import type { Stream } from './wire.ts';

/** Takes down what one side of a flow sends, and what of it arrives. */
export interface StreamLog {
  readonly flow: number;
  /** How many records were sent. */
  count(): number;
  sent(began: number, done: number): void;
  arrived(number: number): void;
  /** The connection came to an end: nothing more is sent. */
  broke(code: string): void;
  /** When something arrived last; 0: never. */
  heardAt(): number;
  /** Whether anything was sent, or ever will be. */
  hasBegun(): boolean;
  /** Whether the last record has arrived: those that have not are lost, then. */
  isThrough(): boolean;
  stream(): Stream;
}

export function createLog(flow: number, speaker: 'client' | 'server'): StreamLog {
  const began: number[] = [];
  const done: number[] = [];
  const arrived: number[] = [];
  let broke = '';
  let heardAt = 0;
  return {
    flow,
    count: () => began.length,
    sent(from, to) {
      began.push(from);
      done.push(to);
    },
    arrived(number) {
      heardAt = nowMs();
      arrived[number] ??= heardAt;
    },
    broke(code) {
      broke = code;
    },
    heardAt: () => heardAt,
    hasBegun: () => began.length > 0 || broke !== '',
    isThrough: () => began.length === 0 || arrived[began.length - 1] !== undefined,
    stream: () => ({
      flow,
      broke,
      speaker,
      began: Float64Array.from(began),
      done: Float64Array.from(done),
      arrived: Float64Array.from(began, (_, number) => arrived[number] ?? 0),
    }),
  };
}
