import type { PeerFacts } from '../cluster/compiled.ts';
import type { ClusterPod, PodClass } from '../cluster/model.ts';
import { FAMILIES, type Family } from '../sets/address.ts';
import type { Atom } from './atoms.ts';
import type { PodsEnd } from './reach.ts';

/** Ends of one class that have addresses in the same families: every answer is the same for them. */
export interface Profile {
  readonly class: PodClass;
  /** What rules see of it; `undefined` in a family in which it has no address. */
  readonly facts: Readonly<Record<Family, PeerFacts | undefined>>;
}

/** The profiles of ends. */
export interface Profiles {
  readonly all: readonly Profile[];
  /** By the end's index, the position of its profile. */
  readonly of: readonly number[];
}

const NO_NODES: PeerFacts['nodes'] = [];

/** Puts ends together that are alike to all policies. */
export function profilesOf(ends: readonly PodsEnd[]): Profiles {
  const all: Profile[] = [];
  const of: number[] = [];
  const known = new Map<PodClass, Map<string, number>>();
  for (const end of ends) {
    const [pod] = end.pods;
    if (pod === undefined) continue;
    const ofClass = known.get(pod.class) ?? new Map<string, number>();
    known.set(pod.class, ofClass);
    const families = end.families.join();
    let position = ofClass.get(families);
    if (position === undefined) {
      position = all.length;
      ofClass.set(families, position);
      const [IPv4, IPv6] = FAMILIES.map((family) => podFacts(pod, family));
      all.push({ class: pod.class, facts: { IPv4, IPv6 } });
    }
    of.push(position);
  }
  return { all, of };
}

/**
 * What rules see of a pod in one family: an address of the other one says nothing about it.
 * `undefined` where it has no address in the family and will have none.
 */
export function podFacts(pod: ClusterPod, family: Family): PeerFacts | undefined {
  const address = pod[family];
  if (address === undefined && !pod.standIn) return undefined;
  const sets = pod.class.sets.filter((set) => set.kind === 'selected' || set.family === family);
  return { sets: sets.map(({ id }) => id), address, nodes: NO_NODES };
}

/** What rules see of an address outside the cluster. */
export function atomFacts({ sets, address }: Atom): PeerFacts {
  return { sets, address, nodes: NO_NODES };
}
