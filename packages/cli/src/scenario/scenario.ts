import type { Family, Protocol, Verdict } from '@ringfence/core';

/**
 * What somebody expects of a cluster: its objects, changes to them, and which connections must
 * work, each with the reason. A file holds one.
 */
export interface Scenario {
  readonly scenario: string;
  /** Where the expectations come from; empty where the file does not say. */
  readonly source: string;
  readonly read: 'strict' | 'stored';
  readonly ownNodeEgress: 'enforce' | 'allow';
  /** The namespace of objects and ends that name none. */
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
  readonly refused: readonly Complaint[];
  readonly warned: readonly Complaint[];
  readonly connections: readonly Expectation[];
  readonly steps: readonly Step[];
}

export type Manifest =
  /** A file or folder, relative to the scenario's own folder. */
  | { readonly kind: 'path'; readonly path: string }
  /** The very text of a file, for what YAML would otherwise lose. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'object'; readonly value: unknown };

/** An error or warning that reading the manifests must give. What is `undefined` is not compared. */
export interface Complaint {
  /** The whole field path, as messages write it. */
  readonly path: string | undefined;
  /** A part of the message. */
  readonly message: string | undefined;
  /** A part of the hint. */
  readonly hint: string | undefined;
  /** In the manifest's file or text, or in the scenario's file for an inline object. */
  readonly line: number | undefined;
}

/** One check. Lists stand for every combination; `*` for every pod. */
export interface Expectation {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly protocol: readonly (Protocol | 'other')[];
  /** Empty where no protocol has ports. */
  readonly port: readonly number[];
  /** `undefined` asks every family that both ends share. */
  readonly family: Family | undefined;
  readonly want: Verdict;
  readonly because: string;
}

/** Changes, and what must hold once they are made. */
export interface Step {
  readonly step: string;
  readonly apply: readonly Manifest[];
  readonly delete: readonly string[];
  readonly label: readonly Labelling[];
  readonly connections: readonly Expectation[];
}

export interface Labelling {
  /** `Kind name` or `Kind namespace/name`. */
  readonly object: string;
  /** `null` takes a label away. */
  readonly labels: ReadonlyMap<string, string | null>;
}
