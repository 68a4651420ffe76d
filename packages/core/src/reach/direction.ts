import type { PeerFacts, RankedPeer } from '../cluster/compiled.ts';
import type { Stage } from '../cluster/model.ts';
import type { PortNames } from '../cluster/port-names.ts';
import { isPeer } from '../cluster/rule-index.ts';
import { PROTOCOLS } from '../objects/object.ts';
import type { PortMatch, Ports } from '../policy/policy.ts';
import {
  ALL_TRAFFIC,
  intersectPorts,
  isNoTraffic,
  NO_TRAFFIC,
  placeOfPort,
  type PortSet,
  portRange,
  subtractPorts,
  unionPorts,
} from '../sets/port-set.ts';

/** Everything that one direction allows; `undefined` where an address is missing that matters. */
export type Allowance = PortSet | undefined;

/** Answers for one subject in one direction, whatever the other end is. */
export type DirectionAnswers = (other: PeerFacts, names: PortNames | undefined) => Allowance;

/**
 * Prepares the answers of a subject's stages. Ends that the same peers of rules match get the same
 * set of ports, as one object: it is worked out once.
 *
 * The answers take the names of the destination's ports; `undefined` for one that is no pod.
 */
export function directionAnswers(
  stage: Stage | undefined,
  intern: (ports: PortSet) => PortSet,
): DirectionAnswers {
  const stages = [...stagesFrom(stage)];
  const named = stages.some(({ peers }) => peers.some(({ rule }) => namesPorts(rule.ports)));
  const known = new Map<string, Allowance>();
  return (other, names) => {
    // Which peers match says it all; a missing address leaves the blocks open.
    let key = other.address === undefined ? '?' : '';
    for (const { name, peers } of stages) {
      for (const { peer, rank } of peers) if (isPeer(peer, other)) key += `${name}${rank},`;
    }
    if (named) key += names?.key ?? '';
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before;
    const answer = allowedBy(stage, other, names);
    const shared = answer && intern(answer);
    known.set(key, shared);
    return shared;
  };
}

function namesPorts(ports: Ports): boolean {
  return ports.kind === 'ports' && ports.ports.some(({ kind }) => kind === 'named');
}

/** Works out everything that a subject's stages allow in one direction. */
function allowedBy(
  stage: Stage | undefined,
  other: PeerFacts,
  names: PortNames | undefined,
): Allowance {
  const certain = allowedFrom(stage, (ranked) => isPeer(ranked.peer, other), names);
  if (other.address !== undefined) return certain;
  const blocked = [...stagesFrom(stage)].filter(({ blocks }) => blocks !== undefined);
  if (blocked.length === 0) return certain;
  // A tier's blocks can allow and deny: what they would do together is not worked out.
  if (blocked.some(({ name }) => name !== 'NetworkPolicy')) return undefined;
  // More matches only allow more: if all blocks change nothing, no address does.
  const widest = allowedFrom(
    stage,
    ({ peer }) => peer.kind === 'ipBlocks' || isPeer(peer, other),
    names,
  );
  return isNoTraffic(subtractPorts(widest, certain)) ? certain : undefined;
}

type Matches = (ranked: RankedPeer) => boolean;

function allowedFrom(
  first: Stage | undefined,
  matches: Matches,
  names: PortNames | undefined,
): PortSet {
  let allowed = NO_TRAFFIC;
  let open = ALL_TRAFFIC;
  for (const stage of stagesFrom(first)) {
    const decided = decideStage(stage, open, matches, names);
    allowed = unionPorts(allowed, decided.accepted);
    // Isolation by NetworkPolicy denies what none of its rules allows; a tier leaves it open.
    if (stage.name === 'NetworkPolicy') return allowed;
    open = decided.open;
  }
  return unionPorts(allowed, open);
}

interface Decided {
  readonly accepted: PortSet;
  /** What no rule matches, or the first one passes. */
  readonly open: PortSet;
}

function decideStage(
  stage: Stage,
  asked: PortSet,
  matches: Matches,
  names: PortNames | undefined,
): Decided {
  let [rest, accepted, passed] = [asked, NO_TRAFFIC, NO_TRAFFIC];
  for (const ranked of stage.peers) {
    if (!matches(ranked)) continue;
    const part = intersectPorts(rest, trafficOf(ranked.rule.ports, names));
    if (ranked.action === 'Accept') accepted = unionPorts(accepted, part);
    if (ranked.action === 'Pass') passed = unionPorts(passed, part);
    rest = subtractPorts(rest, part);
  }
  return { accepted, open: unionPorts(rest, passed) };
}

function* stagesFrom(first: Stage | undefined): Generator<Stage> {
  for (let stage = first; stage !== undefined; stage = stage.next) yield stage;
}

function trafficOf(ports: Ports, names: PortNames | undefined): PortSet {
  if (ports.kind === 'any') return ALL_TRAFFIC;
  return ports.ports
    .map((match) => trafficOfMatch(match, names))
    .reduce((all, some) => unionPorts(all, some), NO_TRAFFIC);
}

function trafficOfMatch(match: PortMatch, names: PortNames | undefined): PortSet {
  if (match.kind === 'range') return portRange(match.protocol, match.from, match.to);
  const named = [...(names?.at ?? [])].flatMap(([place, all]) =>
    all.includes(match.name) ? [place] : [],
  );
  const ofProtocol = PROTOCOLS.filter(
    (protocol) => match.protocol === 'any' || match.protocol === protocol,
  );
  const wanted = ofProtocol.map((protocol) => placeOfPort(protocol, 0));
  return named
    .filter((place) => wanted.some((base) => base < place && place <= base + 65_535))
    .map((place): PortSet => ({ spans: [place, place], other: false }))
    .reduce((all, some) => unionPorts(all, some), NO_TRAFFIC);
}
