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
  /** The folder that relative paths start from; absolute. */
  readonly cwd: string;
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
