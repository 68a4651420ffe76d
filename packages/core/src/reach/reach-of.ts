import type { Cluster } from '../cluster/cluster.ts';
import type { PeerFacts } from '../cluster/compiled.ts';
import { FAMILIES, type Family, type IpAddress } from '../sets/address.ts';
import { ALL_TRAFFIC, NO_TRAFFIC, type PortSet, portSetKey } from '../sets/port-set.ts';
import { type Atom, atomsOf } from './atoms.ts';
import { type OutsidePart, outsidePartsOf } from './outside-ends.ts';
import { podsEndsOf } from './pods-ends.ts';
import type { OutsideEnd, PodsEnd, Reach, ReachEnd } from './reach.ts';
import { createSideAnswers, type Side } from './sides.ts';

export interface ReachOptions {
  /** Every pod is an end of its own. */
  readonly perPod: boolean;
}

const NO_NODES: PeerFacts['nodes'] = [];

/**
 * Works out who may reach whom. The answers are those of `evaluate` for every pair of pods (not
 * through a Service), and for every address that no pod, node or Service has.
 *
 * A workload with one pod meets only itself, which is always allowed; between several pods of one
 * workload, and for those to come, policy decides. What a pod on its node's network may do is what
 * its node's address may.
 */
export function reachOf(cluster: Cluster, options: ReachOptions = { perPod: false }): Reach {
  const atoms = atomsOf(cluster);
  const answers = createSideAnswers();
  const sides = new Map<string, Side>();
  const intern = (key: string, make: () => Omit<Side, 'id'>): Side => {
    const known = sides.get(key);
    if (known !== undefined) return known;
    const side = { id: sides.size, ...make() };
    sides.set(key, side);
    return side;
  };

  const podsSide = ({ pods: [pod] }: PodsEnd, family: Family): Side | undefined => {
    const address = pod?.[family];
    if (pod === undefined || (address === undefined && !pod.standIn)) return undefined;
    const atom = address === undefined ? 'open' : String(atoms.atomOf(address).id);
    return intern(`${pod.class.key}|${atom}`, () => ({
      subject: pod.class.subject,
      facts: { sets: pod.class.setIds, address, nodes: NO_NODES },
      names: pod.class.portNames,
    }));
  };
  const outsideSide = (atom: Atom, address: IpAddress): Side =>
    intern(`outside ${address.family} ${atom.id}`, () => ({
      subject: undefined,
      facts: { sets: [], address, nodes: NO_NODES },
      names: undefined,
    }));

  const pods = podsEndsOf(cluster, atoms, options.perPod);
  const answerText = (end: PodsEnd, atom: Atom, address: IpAddress): string => {
    const [side, outside] = [podsSide(end, address.family), outsideSide(atom, address)];
    const both =
      side === undefined
        ? [NO_TRAFFIC, NO_TRAFFIC]
        : [answers(outside, side), answers(side, outside)];
    return both.map(keyOf).join('/');
  };
  const parts = outsidePartsOf(atoms, pods, answerText);
  const partOf = new Map<ReachEnd, OutsidePart>(parts.map((part) => [part.end, part]));

  const sideOf = (end: ReachEnd, family: Family): Side | undefined => {
    if (end.kind === 'pods') return podsSide(end, family);
    const part = partOf.get(end);
    const [atom, address] = [part?.atoms[family], part?.addresses[family]];
    return atom === undefined || address === undefined ? undefined : outsideSide(atom, address);
  };
  // Looked up for every pair: the sides of all ends are found once.
  const found = new Map<ReachEnd, Readonly<Record<Family, Side | undefined>>>();
  const ends: readonly ReachEnd[] = [...pods, ...parts.map(({ end }): OutsideEnd => end)];
  for (const end of ends) {
    const [IPv4, IPv6] = FAMILIES.map((family) => sideOf(end, family));
    found.set(end, { IPv4, IPv6 });
  }

  return {
    ends,
    allowed(from, to, family) {
      const [source, destination] = [found.get(from)?.[family], found.get(to)?.[family]];
      if (source === undefined || destination === undefined) return NO_TRAFFIC;
      return from === to && isOnePod(from) ? ALL_TRAFFIC : answers(source, destination);
    },
  };
}

function isOnePod(end: ReachEnd): boolean {
  const [pod, ...more] = end.kind === 'pods' ? end.pods : [];
  return pod !== undefined && more.length === 0 && !pod.standIn;
}

function keyOf(allowed: PortSet | undefined): string {
  return allowed === undefined ? '?' : portSetKey(allowed);
}
