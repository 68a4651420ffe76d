/**
 * Kubernetes objects from text.
 *
 * Start with `readManifests`: texts in, objects out, and every issue with its file, line and column.
 * `readSources` gets the texts from files, folders and standard input, `renderIssue` writes an issue
 * for a terminal, `readDocuments` reads YAML that holds something else. What a policy means is for
 * core's `decode` alone to know. `manifestSource` and `feedSource` are where an agent takes its
 * objects from.
 */
export { systemReason } from './sources/system-reason.ts';
export { readSources, type ReadOptions } from './sources/read-sources.ts';
export { type Source, SourceError, type SourceErrorCode } from './sources/source.ts';
export type { Loaded, LocatedIssue, Place } from './manifests/loaded.ts';
export { type LocatedDocument, readDocuments } from './manifests/read-documents.ts';
export { type ManifestOptions, readManifests } from './manifests/read-manifests.ts';
export { renderIssue } from './manifests/render-issue.ts';
export { printable } from './text/excerpt.ts';
export type { ManifestRound } from './watch/manifest-round.ts';
export { watchManifests } from './watch/watch-manifests.ts';
export type { ObjectListener, ObjectSource } from './objects/object-source.ts';
export { manifestSource, type ManifestSourceOptions } from './objects/manifest-source.ts';
export type { FeedFollower } from './objects/feed-message.ts';
export type { Feed, FeedOptions } from './objects/serve-feed.ts';
export type { FeedSource, FeedSourceOptions } from './objects/feed-source.ts';
export { feedSource, serveFeed } from './objects/feed.ts';
export { withSocketPath } from './objects/socket-path.ts';
