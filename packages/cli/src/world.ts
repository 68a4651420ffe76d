/** Everything outside the program that a command may touch. Tests make their own. */
export interface World {
  /** What was typed after the program's name. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether somebody looks at standard output. */
  readonly isTerminal: boolean;
  /** Whether somebody types at standard input. */
  readonly isInteractive: boolean;
  /** The folder that relative paths start from; absolute. */
  readonly cwd: string;
  /** Aborts when somebody wants the program to end (Ctrl-C, a closed terminal, `kill`). */
  interruption(): AbortSignal;
  /** Who started this program and listens to it; undefined where nobody does. */
  readonly parent: Parent | undefined;
  /** How this program is started again, with other words. */
  readonly self: readonly [program: string, ...args: string[]];
  /**
   * Ends this program by becoming another one, with its terminal and its exit code; a name without
   * slash is looked for as a shell does. It returns only where the world is made for a test.
   *
   * @throws {Failure} where there is no such program.
   */
  become(file: string, args: readonly string[], env: World['env']): number;
}

/** A process of ours that started this one. */
export interface Parent {
  send(message: object): void;
  /** Aborts when it has ended. */
  readonly gone: AbortSignal;
}

/** A stream of text. A write resolves when more may be written. */
export interface Output {
  /** @throws {ClosedOutput} when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** The reader of our output has gone (`ringfence ... | head`): there is nothing left to do. */
export class ClosedOutput extends Error {
  override readonly name = 'ClosedOutput';
}
