import { type Cluster, evaluate, verdictOf } from '@ringfence/core';
import { connectionOf, type Flow } from './flow.ts';

/** What policy said of flows from one change to the next one. */
export interface Epoch {
  /** The change that it begins with, in words. */
  readonly text: string;
  /** When the change was about to be told, was in force, and what arrived before was taken in. */
  readonly toldAt: number;
  readonly inForceAt: number;
  readonly takenInAt: number;
  /** By number of the flow; `undefined` where it may be one way or the other. */
  readonly says: readonly (Says | undefined)[];
}

/** What each direction of policy says of a flow. */
export interface Says {
  readonly egress: boolean;
  readonly ingress: boolean;
}

/** What policy says of flows now. @throws where it cannot tell. */
export function saysOf(cluster: Cluster, flows: readonly Flow[]): readonly Says[] {
  return flows.map((flow) => {
    const { verdict, egress, ingress } = evaluate(cluster, connectionOf(flow));
    if (verdict === 'unknown') throw new Error(`flow ${flow.id}: ${JSON.stringify(egress)}`);
    return { egress: verdictOf(egress) === 'allow', ingress: verdictOf(ingress) === 'allow' };
  });
}

/** Whether a flow was allowed all through some epochs: at each moment, on each node. */
export function allowedAll(says: readonly (Says | undefined)[]): boolean {
  return says.every((now) => now !== undefined && now.egress && now.ingress);
}

/**
 * Whether a flow was denied all through some epochs, also while one node was ahead of the other, by
 * however many of them: by the same direction in all.
 */
export function deniedAll(says: readonly (Says | undefined)[]): boolean {
  if (says.includes(undefined)) return false;
  return (
    says.every((each) => each?.egress === false) || says.every((each) => each?.ingress === false)
  );
}
