import type { Cluster } from '../cluster/cluster.ts';
import type { Direction } from '../policy/policy.ts';
import type { Family } from '../sets/address.ts';
import {
  type Allowance,
  type Allowances,
  createAllowances,
  EVERYTHING,
  NOTHING,
} from './allowance.ts';
import { type Atom, atomsOf } from './atoms.ts';
import { createFunctionsOf } from './direction-functions.ts';
import { outsidePartsOf, type Positions } from './outside-parts.ts';
import { createRows, type Party, planeOf } from './plane.ts';
import { podsEndsOf } from './pods-ends.ts';
import { createPortFunctions, type PortFunction } from './port-function.ts';
import { atomFacts, type Profile, profilesOf } from './profiles.ts';
import type { Reach, ReachEnd } from './reach.ts';

export interface ReachOptions {
  /** Every pod is an end of its own. */
  readonly perPod: boolean;
}

/**
 * Works out who may reach whom. The answers are those of `evaluate` for every pair of pods (not
 * through a Service), and for every address that no pod, node or Service has.
 *
 * A workload with one pod meets only itself, which is always allowed; between several pods of one
 * workload, and for those to come, policy decides. What a pod on its node's network may do is what
 * its node's address may.
 */
export function reachOf(cluster: Cluster, options: ReachOptions = { perPod: false }): Reach {
  const allowances = createAllowances();
  const functions = createPortFunctions(allowances.internPorts);
  const functionsOf = createFunctionsOf(functions);
  const pods = podsEndsOf(cluster, options.perPod);
  const profiles = profilesOf(pods);
  const atoms = atomsOf(cluster.addressSets());
  const parties = {
    IPv4: partiesIn('IPv4', profiles.all, atoms),
    IPv6: partiesIn('IPv6', profiles.all, atoms),
  };
  // Then pods have the same positions in both planes, and may share rows.
  const dualStack = profiles.all.every(
    ({ facts: { IPv4, IPv6 } }) => IPv4 !== undefined && IPv6 !== undefined,
  );
  const common = createRows();
  const planes = {
    IPv4: planeOf(parties.IPv4.all, allowances, functionsOf, common),
    IPv6: planeOf(parties.IPv6.all, allowances, functionsOf, dualStack ? common : createRows()),
  };
  const positions = profiles.all.map(
    (profile): Positions => ({
      IPv4: parties.IPv4.positions.get(profile),
      IPv6: parties.IPv6.positions.get(profile),
    }),
  );
  const parts = outsidePartsOf(atoms, planes, positions, pods.length);
  const ends: readonly ReachEnd[] = [...pods, ...parts.map(({ end }) => end)];
  /** By index of the end, its position. */
  const positionsIn = (family: Family): Int32Array =>
    Int32Array.from([
      ...profiles.of.map((profile) => positions[profile]?.[family] ?? NOWHERE),
      ...parts.map(({ atoms: { [family]: atom } }) =>
        atom === undefined ? NOWHERE : (parties[family].positions.get(atom) ?? NOWHERE),
      ),
    ]);
  const found = { IPv4: positionsIn('IPv4'), IPv6: positionsIn('IPv6') };
  const [nothing, everything] = [allowances.at(NOTHING), allowances.at(EVERYTHING)];

  return {
    ends,
    allowed(from, to, family) {
      const source = found[family][from.index] ?? NOWHERE;
      const destination = found[family][to.index] ?? NOWHERE;
      if (source === NOWHERE || destination === NOWHERE) return nothing;
      if (from === to && isOnePod(from)) return everything;
      return allowances.at(planes[family].allowed(source, destination));
    },
    allowedFrom(from, family) {
      const source = found[family][from.index] ?? NOWHERE;
      if (source === NOWHERE) return ends.map(() => nothing);
      const row = allowancesOf(planes[family].allowedFrom(source), found[family], allowances);
      if (isOnePod(from)) row[from.index] = everything;
      return row;
    },
    reasons(from, to, family) {
      const { all } = parties[family];
      const source = all[found[family][from.index] ?? -1];
      const destination = all[found[family][to.index] ?? -1];
      if (source === undefined || destination === undefined) return undefined;
      if (from === to && isOnePod(from)) {
        const itself = functions.always({ kind: 'self' });
        return { egress: itself, ingress: itself };
      }
      const says = (subject: Party, direction: Direction, peer: Party): PortFunction =>
        subject.subject === undefined
          ? functions.always({ kind: 'notSubject', end: 'external' })
          : functionsOf(subject.subject, direction).of(peer.facts, destination.names);
      return {
        egress: says(source, 'egress', destination),
        ingress: says(destination, 'ingress', source),
      };
    },
  };
}

/** The position of an end that has no address in the family. */
const NOWHERE = -1;

/** What is allowed, by end: `numbers` are by position. This is done for every pair. */
function allowancesOf(numbers: Int32Array, positions: Int32Array, { at }: Allowances): Allowance[] {
  const row: Allowance[] = [];
  let last = NOTHING;
  let allowance = at(last);
  for (let index = 0; index < positions.length; index += 1) {
    // There is nothing at `NOWHERE`.
    const number = numbers[positions[index] ?? NOWHERE] ?? NOTHING;
    // Neighbours mostly have the same.
    if (number !== last) {
      last = number;
      allowance = at(number);
    }
    row.push(allowance);
  }
  return row;
}

/** Who takes part in one family: profiles, then atoms. */
function partiesIn(
  family: Family,
  profiles: readonly Profile[],
  atoms: readonly Atom[],
): { readonly all: readonly Party[]; readonly positions: ReadonlyMap<Profile | Atom, number> } {
  const all: Party[] = [];
  const positions = new Map<Profile | Atom, number>();
  for (const profile of profiles) {
    const facts = profile.facts[family];
    if (facts === undefined) continue;
    positions.set(profile, all.length);
    const { subject, portNames } = profile.class;
    all.push({ subject, facts, names: portNames });
  }
  for (const atom of atoms) {
    if (atom.address.family !== family) continue;
    positions.set(atom, all.length);
    all.push({ subject: undefined, facts: atomFacts(atom), names: undefined });
  }
  return { all, positions };
}

function isOnePod(end: ReachEnd): boolean {
  const [pod, ...more] = end.kind === 'pods' ? end.pods : [];
  return pod !== undefined && more.length === 0 && !pod.standIn;
}
