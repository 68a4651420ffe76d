/** How long somebody waits. */
export interface Limits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Lets somebody wait until what others tell of makes something hold. */
export interface News {
  tell(): void;
  /** Resolves when it holds, or when the wait is over. */
  until(holds: () => boolean, limits: Limits): Promise<void>;
}

/** Makes news that nobody waits for yet. */
export function createNews(): News {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const look of waiting) look();
    },
    until: (holds, { signal, timeoutMs }) =>
      new Promise((resolve) => {
        const leave = (): void => {
          clearTimeout(timer);
          waiting.delete(look);
          signal.removeEventListener('abort', leave);
          resolve();
        };
        const look = (): void => {
          if (holds()) leave();
        };
        const timer = setTimeout(leave, timeoutMs);
        waiting.add(look);
        signal.addEventListener('abort', leave);
        if (signal.aborted) leave();
        else look();
      }),
  };
}
