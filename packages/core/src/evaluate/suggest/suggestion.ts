import type { Cluster } from '../../cluster/cluster.ts';
import type { Traffic } from '../../cluster/compiled.ts';
import type { ClusterPod } from '../../cluster/model.ts';
import type { Direction } from '../../policy/policy.ts';
import type { Connection } from '../connection.ts';
import type { End } from '../ends.ts';

/** A policy that is not there, and that would allow what is denied in one direction. */
export interface Suggestion {
  readonly direction: Direction;
  /** The whole manifest, ready to be written as YAML or JSON. */
  readonly manifest: PolicyManifest;
  /** Other pods that would also be allowed this connection, as subject. */
  readonly alsoSubjects: readonly ClusterPod[];
  /** Those of them that no policy isolates now: adding the policy would deny them what they may today. */
  readonly newlyIsolated: readonly ClusterPod[];
}

/** A policy as a manifest says it. A type, not an interface, so that it passes for plain data. */
export type PolicyManifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Manifest;
};

/** Plain data in the shape of a part of a manifest. */
export type Manifest = { readonly [field: string]: ManifestValue };
type ManifestValue = string | number | readonly ManifestValue[] | Manifest;

/** What is denied, and by whose policies: those of `pod`, which is the subject. */
export interface Denial {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly direction: Direction;
  readonly pod: ClusterPod;
  readonly peer: End;
  readonly traffic: Traffic;
}
