/** A request that the kernel refused. */
export class KernelError extends Error {
  override readonly name: string = 'KernelError';
  /** The error's name, such as `EEXIST`. */
  readonly code: string;
  /** What was asked for, such as `add link`. */
  readonly operation: string;
  /** The object that the request was about, as people would name it. */
  readonly object: string;
  /** What the kernel says about it; empty where it says no more than the code. */
  readonly detail: string;

  constructor(of: {
    readonly code: string;
    readonly operation: string;
    readonly object: string;
    readonly detail: string;
  }) {
    const more = of.detail === '' ? '' : ` (${of.detail})`;
    super(`cannot ${of.operation} ${of.object}: ${of.code}${more}`);
    this.code = of.code;
    this.operation = of.operation;
    this.object = of.object;
    this.detail = of.detail;
  }
}

/** An answer of the kernel that is not what its interface promises. */
export class MalformedAnswer extends Error {
  override readonly name: string = 'MalformedAnswer';
}

/** Notifications were lost, because they were not read fast enough: what is known may be stale. */
export class NotificationsLost extends Error {
  override readonly name: string = 'NotificationsLost';

  constructor() {
    super('the kernel dropped notifications: they were not read fast enough');
  }
}
