/** The exit codes of every command; `docs/cli.md` explains them. */
export const EXIT = { yes: 0, no: 1, badInput: 2, worldFailed: 3 } as const;

/**
 * Ends a command with a message for the person who typed it: what was asked cannot be answered
 * (`badInput`), or something around the program failed (`worldFailed`).
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: 2 | 3;

  constructor(exitCode: 2 | 3, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** What was typed, or what a file says, cannot be used. */
export function badInput(message: string): Failure {
  return new Failure(EXIT.badInput, message);
}
