import type { AddressSet, PeerFacts, RankedPeer } from '../cluster/compiled.ts';
import type { SubjectClass } from '../cluster/model.ts';
import { namedPorts, type PortNames } from '../cluster/port-names.ts';
import { firstMatch } from '../cluster/rule-index.ts';
import { stagesOf } from '../cluster/subject-class.ts';
import { decideBy } from '../evaluate/decide.ts';
import type { Direction, Ports } from '../policy/policy.ts';
import type { Allowance } from './allowance.ts';
import {
  allowanceOf,
  type PortFunction,
  type PortFunctions,
  type PortQuestion,
  type PortStarts,
  portStarts,
} from './port-function.ts';

/** The port functions of one subject in one direction, one for each kind of peer. */
export interface DirectionFunctions {
  /** Ids of the sets of which its rules speak: a peer that is in none of them is like any other. */
  readonly sets: ReadonlySet<number>;
  /**
   * The blocks of which they speak; where there are any, a peer that has no address yet is a kind of
   * its own.
   */
  readonly blocks: ReadonlySet<AddressSet>;
  /** Whether any rule or isolation applies; otherwise everything is allowed. */
  readonly decides: boolean;
  /** Whether its rules speak of nodes: a peer that has a node's address is then a kind of its own. */
  readonly nodes: boolean;
  /** Whether rules name ports: then the destination's names tell peers apart. */
  readonly names: boolean;
  /** Whether rules for anyone name ports: then they tell even those apart of which no rule speaks. */
  readonly namesForAnyone: boolean;
  /**
   * What it decides about a peer. The peer's sets must tell in which blocks its address lies; of an
   * end outside of policy, too.
   *
   * @param names those of the destination's ports; `undefined` for one that is no pod.
   */
  of(peer: PeerFacts, names: PortNames | undefined): PortFunction;
  /** What that function allows: found without its reasons, for all the pairs that nobody asks why. */
  allowance(peer: PeerFacts, names: PortNames | undefined): Allowance;
  /** What a pod may send itself through a Service: the tiers apply, NetworkPolicy never does. */
  throughService(itself: PeerFacts, names: PortNames): PortFunction;
}

/** Makes the functions of subjects, each once. */
export type FunctionsOf = (subject: SubjectClass, direction: Direction) => DirectionFunctions;

/**
 * Prepares to make the functions of any subjects, of a cluster that does not change meanwhile.
 *
 * @param mostKinds how many kinds of peers each remembers.
 */
export function createFunctionsOf(
  functions: PortFunctions,
  mostKinds: number = Number.POSITIVE_INFINITY,
): FunctionsOf {
  const known = {
    egress: new Map<SubjectClass, DirectionFunctions>(),
    ingress: new Map<SubjectClass, DirectionFunctions>(),
  };
  return (subject, direction) => {
    const before = known[direction].get(subject);
    if (before !== undefined) return before;
    const made = directionFunctions(subject, direction, functions, mostKinds);
    known[direction].set(subject, made);
    return made;
  };
}

/** Prepares the functions of a subject: peers that its rules do not tell apart share one. */
export function directionFunctions(
  subject: SubjectClass,
  direction: Direction,
  functions: PortFunctions,
  mostKinds: number = Number.POSITIVE_INFINITY,
): DirectionFunctions {
  const stages = stagesOf(subject, direction);
  const peers = stages.flatMap((stage) => stage.peers);
  const sets = new Set<number>();
  for (const { peer } of peers) {
    if (peer.kind === 'pods') sets.add(peer.set.id);
    if (peer.kind === 'ipBlocks') for (const { id } of peer.sets) sets.add(id);
  }
  const blocks = new Set(peers.flatMap(({ peer }) => (peer.kind === 'ipBlocks' ? peer.sets : [])));
  const addresses = blocks.size > 0;
  const named = peers.some(({ rule }) => namesPorts(rule.ports));
  const starts = startsOf(peers, named, mostKinds);
  const known = createMemory<PortFunction>(mostKinds);
  const allowances = createMemory<Allowance>(mostKinds);
  const keyOf = (peer: PeerFacts, names: PortNames | undefined): string => {
    // Which sets it is in says it all; a missing address leaves the blocks open.
    let key = addresses && peer.address === undefined ? '?' : '';
    for (const id of peer.sets) if (sets.has(id)) key += `${id},`;
    // By what rules see of them: a node's labels may be others later.
    for (const { name, labels } of peer.nodes) key += `@${name}${JSON.stringify([...labels])}`;
    return named && names !== undefined ? `${key}|${names.key}` : key;
  };
  const question = (
    peer: PeerFacts,
    names: PortNames | undefined,
    self: boolean = false,
  ): PortQuestion => ({
    starts: starts(names),
    names,
    decide: (traffic) => decideBy(stages[0], { facts: peer, traffic, self, first: firstMatch }),
  });
  return {
    sets,
    blocks,
    decides: stages.length > 0,
    nodes: peers.some(({ peer }) => peer.kind === 'nodes'),
    names: named,
    namesForAnyone: peers.some(
      ({ peer, rule }) => peer.kind === 'anyone' && namesPorts(rule.ports),
    ),
    of: (peer, names) => known(keyOf(peer, names), () => functions.make(question(peer, names))),
    allowance: (peer, names) =>
      allowances(keyOf(peer, names), () => allowanceOf(question(peer, names))),
    throughService: (itself, names) => functions.make(question(itself, names, true)),
  };
}

/** Remembers so many answers, the latest: whoever lives long must not keep those about peers that are gone. */
function createMemory<T>(most: number): (key: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (key, make) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make();
    if (known.size >= most) {
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    }
    known.set(key, made);
    return made;
  };
}

function namesPorts(ports: Ports): boolean {
  return ports.kind === 'ports' && ports.ports.some(({ kind }) => kind === 'named');
}

/** Where the ranges of rules begin and end, and the ports that the destination has named. */
function startsOf(
  peers: readonly RankedPeer[],
  named: boolean,
  mostKinds: number,
): (names: PortNames | undefined) => PortStarts {
  const ofRules = { TCP: new Set<number>(), UDP: new Set<number>(), SCTP: new Set<number>() };
  for (const { rule } of peers) {
    if (rule.ports.kind === 'any') continue;
    for (const match of rule.ports.ports) {
      if (match.kind === 'range') ofRules[match.protocol].add(match.from).add(match.to + 1);
    }
  }
  const plain = portStarts((protocol) => ofRules[protocol]);
  const known = createMemory<PortStarts>(mostKinds);
  return (names) => {
    if (!named || names === undefined || names.at.size === 0) return plain;
    return known(names.key, () =>
      portStarts((protocol) => [
        ...ofRules[protocol],
        ...namedPorts(names, protocol).flatMap((port) => [port, port + 1]),
      ]),
    );
  };
}
