import type { FeedSource, FeedSourceOptions } from './feed-source.ts';
import type { Feed, FeedOptions } from './serve-feed.ts';

// Most commands know no feed: they need not load it.

/**
 * Serves objects at a socket that only this user may open, for processes of the same version.
 * Whoever comes is told all that there is, then what changes; whoever reads slowly is told the
 * latest, not everything between.
 */
export async function serveFeed(socketPath: string, options: FeedOptions): Promise<Feed> {
  const feed = await import('./serve-feed.ts');
  return await feed.serveFeed(socketPath, options);
}

/** Makes a source of what another process of the same version serves. */
export async function feedSource(
  socketPath: string,
  options: FeedSourceOptions,
): Promise<FeedSource> {
  const feed = await import('./feed-source.ts');
  return feed.feedSource(socketPath, options);
}
