import type { Family, Protocol } from '@ringfence/core';
import type { PodEntry } from '@ringfence/lab';
import type { NodeReport } from '../verify/node-report.ts';

/**
 * What the command and the lab's process say to each other: a request on one line, then answers, a
 * line each, the last of which is `done` or `refused`. Both sides are of one version.
 */
export type Request =
  | { readonly kind: 'status' }
  | {
      readonly kind: 'enter';
      /** `POD` or `NAMESPACE/POD`. */
      readonly pod: string;
      readonly namespace: string;
    }
  | { readonly kind: 'probe'; readonly question: ProbeQuestion }
  /** Which node, null for all; and how many differences are told whole. */
  | { readonly kind: 'verify'; readonly node: string | null; readonly most: number };

export type Answer =
  | { readonly kind: 'status'; readonly status: LabStatus }
  | { readonly kind: 'entrance'; readonly entry: PodEntry }
  /** Connections will be tried: what of the policies is not in force by then, in words. */
  | { readonly kind: 'planned'; readonly notInForce: readonly string[] }
  /** In the order in which they end; `index` is the place in the plan. */
  | { readonly kind: 'tried'; readonly index: number; readonly connection: TriedConnection }
  | { readonly kind: 'verified'; readonly report: NodeReport }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly message: string; readonly exitCode: 2 | 3 };

/** What a lab holds. */
export interface LabStatus {
  readonly pid: number;
  readonly topology: string;
  readonly encapsulation: string;
  /** What was said with `-f`. */
  readonly manifests: readonly string[];
  /** Why what the manifests say now is not in force, as people read it; empty where it is. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What could not be given to an object. */
  readonly problems: readonly string[];
  readonly nodes: readonly NodeStatus[];
  readonly pods: readonly PodStatus[];
  readonly services: readonly ServiceStatus[];
  readonly policies: readonly PolicyStatus[];
}

interface NodeStatus {
  readonly name: string;
  readonly addresses: readonly string[];
  /** The name of its network namespace; null where it has none. */
  readonly netns: string | null;
  readonly agent: NodeAgentStatus;
}

/** The agent of a node. */
interface NodeAgentStatus {
  /** Null while it does not run. */
  readonly pid: number | null;
  /** `silent`: it does not say. */
  readonly phase: 'silent' | 'starting' | 'waiting' | 'enforcing';
  /** Whether what the manifests say now is in force on the node. */
  readonly current: boolean;
  readonly problems: readonly string[];
}

export interface PodStatus {
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly addresses: readonly string[];
  readonly phase: 'Running' | 'Pending' | 'Succeeded';
  /** It is on its node's network, and no policy applies to it. */
  readonly hostNetwork: boolean;
  readonly netns: string | null;
  /** Whether policy is in force for it. A pod for which it is not is closed. */
  readonly enforced: boolean;
  /** Why it is closed, in words; empty where it is not. */
  readonly closed: string;
}

export interface ServiceStatus {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIPs: readonly string[];
  readonly ports: readonly {
    readonly protocol: Protocol;
    readonly port: number;
    /** 0 where there is none. */
    readonly nodePort: number;
  }[];
}

export interface PolicyStatus {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  /** By node: the generation that is in force there; on other nodes it selects no pod, or not yet. */
  readonly realised: Readonly<Record<string, number>>;
}

/** Which connections to try; what is not said is every one that makes sense. */
export interface ProbeQuestion {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Of ends that name none. */
  readonly namespace: string;
  /** Only connections of which one end is in this namespace; null for all. */
  readonly only: string | null;
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  readonly family: Family | null;
  readonly timeoutMs: number;
}

/** A connection that was tried, beside what policy says of it. */
export interface TriedConnection {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: Family;
  /** `allow`: something came back, also a refusal. `deny`: nothing did. */
  readonly measured: 'allow' | 'deny' | 'error';
  readonly predicted: 'allow' | 'deny';
  readonly outcome: 'answered' | 'silent' | 'refused' | 'broken';
  /** What is broken, in words; empty otherwise. */
  readonly message: string;
  /** How long the answer took; 0 where there was none. */
  readonly micros: number;
  /** Whose part the ends are in the table. */
  readonly groups: { readonly from: string; readonly to: string };
}
