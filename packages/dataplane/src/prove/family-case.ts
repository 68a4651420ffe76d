import {
  type Cluster,
  type ClusterPod,
  type Direction,
  type Family,
  findingAt,
  formatAddress,
  type IpAddress,
  type PortFunction,
  type PortSet,
} from '@ringfence/core';
import { podText } from '../compile/pod-text.ts';
import { identityText } from '../render/words.ts';
import { familySet, directionSet } from '../ruleset/names.ts';
import { ANY_OUTSIDE, ANY_POD } from '../ruleset/numbers.ts';
import type { ElementWords } from './element-words.ts';
import type { Findings } from './findings.ts';
import type { Address, KernelFamily, Place } from './kernel-family.ts';
import type { Meaning } from './meaning.ts';
import { type PeerGroups } from './peer-groups.ts';
import { type PortDifference, portDifferences } from './port-difference.ts';
import type { End } from './proof.ts';
import type { RowFunction } from './row-function.ts';

/** All that is known in one family of addresses. */
export interface FamilyCase {
  readonly cluster: Cluster;
  readonly node: string;
  readonly family: Family;
  readonly kernel: KernelFamily;
  readonly groups: PeerGroups;
  /** Addresses of nodes that are no pod's. */
  readonly nodes: readonly IpAddress[];
  /** Whether tunnels to the node are dropped: of all that `identities` has, and of nobody else. */
  readonly tunnels: boolean;
  readonly findings: Findings;
  readonly words: ElementWords;
}

/** One address of a pod of this node in one direction. */
export interface SubjectCase extends FamilyCase {
  readonly pod: ClusterPod;
  readonly address: IpAddress;
  readonly direction: Direction;
  readonly meaning: Meaning;
}

/** What the kernel does with the traffic of a subject and a peer, beside what policies mean. */
export interface Comparison {
  readonly place: Place | 'itself';
  readonly rows: RowFunction;
  readonly allowed: PortSet;
  readonly why: () => PortFunction;
  /** Finds a peer that it is about; `undefined`: there is none, and nothing is different. */
  readonly peer: () => { readonly end: End; readonly count: number } | undefined;
}

/** Compares, and notes what is different; tells whether anything is. */
export function compare(of: SubjectCase, comparison: Comparison): boolean {
  const { rows, allowed } = comparison;
  const differences = portDifferences(rows, allowed);
  if (differences.length === 0) return false;
  const found = comparison.peer();
  if (found === undefined) return false;
  const why = comparison.why();
  for (const difference of differences) {
    const { traffic, kernel } = difference;
    const { protocol, from } = traffic;
    // What no rule can name is as what has no ports.
    const named = typeof protocol === 'number' || from === 0 ? 'other' : protocol;
    of.findings.add({
      kind: 'verdict',
      direction: of.direction,
      subject: podEnd(of.pod, of.address),
      peer: found.end,
      peers: found.count,
      traffic,
      kernel,
      policies: kernel === 'allow' ? 'deny' : 'allow',
      finding: findingAt(why, named, from),
      because: becauseOf(of, comparison, { difference, peer: found.end.address }),
    });
  }
  return true;
}

/**
 * Whether no policy is asked about a peer: what the node itself sends is never seen, and what it gets
 * is exempt where the cluster says so.
 */
export function isExempt({ cluster, node, direction }: SubjectCase, address: IpAddress): boolean {
  if (!cluster.nodeNamesAt(address).includes(node)) return false;
  return direction === 'ingress' || cluster.options.ownNodeEgress === 'allow';
}

/** An end that is a pod. */
export function podEnd(pod: ClusterPod, address: IpAddress): End {
  return { address, pod: podText({ object: pod.object }), last: address };
}

const NUMBERS = { TCP: 6, UDP: 17, SCTP: 132, other: -1 } as const;

/** The elements that make the kernel say what it says. */
function becauseOf(
  { kernel, direction, family, address, words }: SubjectCase,
  { place, rows }: Comparison,
  { difference, peer }: { readonly difference: PortDifference; readonly peer: IpAddress },
): string {
  const subjects = directionSet('subjects', direction, family);
  const side = kernel.sides[direction];
  if (!side.subjects.has(address.value)) {
    return `${subjects} lacks ${formatAddress(address)}`;
  }
  const { protocol, from } = difference.traffic;
  const row = rows.rowAt(typeof protocol === 'number' ? protocol : NUMBERS[protocol], from);
  const said =
    row === undefined ? 'no row speaks of it' : `${row.set} has ${words(row.set, row.element)}`;
  return `${takenFor(kernel, place, peer.value)}, and ${said}`;
}

/** Whom the kernel takes a peer for. */
function takenFor(kernel: KernelFamily, place: Place | 'itself', peer: Address): string {
  if (place === 'itself') return 'the peer is the pod itself';
  const { path, number } = place;
  const identities = familySet('identities', kernel.family);
  const any = path === 'pod' ? ANY_POD : ANY_OUTSIDE;
  const as =
    number === any ? `any ${path === 'pod' ? 'pod' : 'address outside'}` : identityText(number);
  return path === 'pod' || kernel.identities.has(peer)
    ? `the peer is ${as} in ${identities}`
    : `the peer is no pod in ${identities}, but ${as}`;
}
