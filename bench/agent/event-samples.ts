import type { EnforcedCluster } from './enforced-cluster.ts';
import { POD_EVENTS, type PodEvent, podEvents } from './pod-events.ts';

/** What events of one cluster took. */
export interface EventSamples {
  /** Makes an event happen and notes what it takes. */
  run(event: PodEvent, turn: number): void;
  /** Milliseconds, of those events of which the kernel had to be told. */
  of(event: PodEvent): readonly number[];
}

/** Longer than the agent leaves between two rounds: each event is then put into force at once. */
export const BETWEEN_MS = 12;

/** Makes an empty collection. */
export function createEventSamples(cluster: EnforcedCluster): EventSamples {
  const changeOf = podEvents(cluster);
  const samples = new Map<PodEvent, number[]>(POD_EVENTS.map((event) => [event, []]));
  return {
    run(event, turn) {
      const change = changeOf(event, turn);
      const before = cluster.generation();
      const ms = cluster.agent.change([change]);
      // Where no rule tells a pod from what it was before, nothing is written: that is no sample.
      if (cluster.generation() !== before) samples.get(event)?.push(ms);
    },
    of: (event) => samples.get(event) ?? [],
  };
}
