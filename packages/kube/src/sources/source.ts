/** A text with Kubernetes objects in it. */
export interface Source {
  /** The path as the user wrote it, or below a folder that the user named; `<stdin>` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** What can go wrong while sources are read. Codes are public: added, never renamed. */
export type SourceErrorCode =
  | 'notFound'
  | 'notReadable'
  | 'notAFile'
  | 'emptyFolder'
  | 'notUtf8'
  | 'tooLarge';

/** The world did not give what was asked of it: a file that is missing, or is no text. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;

  constructor(code: SourceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
