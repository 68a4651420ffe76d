/** It is up, as `summary` says; what its manifests were warned about stands in `warnings`. */
export interface UpMessage {
  readonly kind: 'up';
  readonly summary: string;
  readonly warnings: string;
}

/** What the lab's process tells the one that started it. */
export type LabMessage =
  | UpMessage
  /** Its manifests, or the world, do not let it come up; what is wrong with them in `details`. */
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly details: string;
      readonly exitCode: 2 | 3;
    }
  /** The manifests have changed: what became of it, for people. */
  | { readonly kind: 'round'; readonly message: string };

/** Tells such a message from anything else. */
export function isLabMessage(message: unknown): message is LabMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'up' || message.kind === 'refused' || message.kind === 'round';
}
