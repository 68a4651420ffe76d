import type { StreamLog } from './stream-log.ts';

/** Both sides of a flow, talking. */
export interface Talk {
  /** Resolves when the sides have met, as far as they have to. */
  readonly opened: Promise<void>;
  readonly logs: readonly StreamLog[];
  /** Everybody who speaks says one more thing. */
  tick(): void;
  close(): void;
}
