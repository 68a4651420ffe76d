import type { Change, KubernetesObject } from '@ringfence/core';

/** Who follows a feed. */
export interface FeedFollower {
  /** The node that it works for. */
  readonly node: string;
  /** Its process. */
  readonly pid: number;
}

/** What a feed tells; both sides are of one format. */
export type FeedMessage =
  | {
      readonly kind: 'replace';
      readonly objects: readonly KubernetesObject[];
      readonly version: string;
    }
  | { readonly kind: 'change'; readonly changes: readonly Change[]; readonly version: string }
  | { readonly kind: 'trouble'; readonly message: string };

/** What a follower tells: first who it is, then of itself. */
export type FollowerMessage =
  | ({ readonly kind: 'hello'; readonly format: number } & FeedFollower)
  | { readonly kind: 'report'; readonly report: unknown };

/** Counts up when objects or messages are other than before: only equal ones understand each other. */
export const FEED_FORMAT = 1;

/** Tells a message of a feed from anything else: the objects in it are this version's own. */
export function isFeedMessage(value: unknown): value is FeedMessage {
  const { kind, objects, changes, version, message } = fieldsOf(value);
  if (kind === 'replace') return Array.isArray(objects) && typeof version === 'string';
  if (kind === 'change') return Array.isArray(changes) && typeof version === 'string';
  return kind === 'trouble' && typeof message === 'string';
}

/** Tells a message of a follower from anything else. */
export function isFollowerMessage(value: unknown): value is FollowerMessage {
  const { kind, format, node, pid } = fieldsOf(value);
  if (kind === 'report') return true;
  if (kind !== 'hello' || typeof format !== 'number') return false;
  // Another format may name its follower otherwise.
  return format !== FEED_FORMAT || (typeof node === 'string' && typeof pid === 'number');
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
