/** A call of the C library that failed. */
export class SystemError extends Error {
  override readonly name: string = 'SystemError';
  /** The error's name, such as `EPERM`. */
  readonly code: string;
  /** The call, such as `setns`. */
  readonly operation: string;

  constructor(code: string, operation: string) {
    super(`${operation}: ${code}`);
    this.code = code;
    this.operation = operation;
  }
}
